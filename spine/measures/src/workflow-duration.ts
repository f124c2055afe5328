import type { Metrics } from "@crossdock/runtime";
import { Histogram } from "prom-client";
import { BUSINESS_SECONDS } from "./buckets.ts";

/** How long whole workflows took, by how they ended: its count tells how many did. */
export interface WorkflowDuration {
  observe(
    workflow: "order_to_invoice" | "order_to_payment",
    outcome: "invoiced" | "cancelled" | "rejected" | "paid",
    seconds: number,
  ): void;
}

export function createWorkflowDuration(metrics: Metrics): WorkflowDuration {
  const duration = new Histogram({
    name: "crossdock_workflow_duration_seconds",
    help: "From the acceptance of an order to the end of a workflow, by workflow and outcome.",
    labelNames: ["workflow", "outcome"],
    buckets: BUSINESS_SECONDS,
    registers: [metrics],
  });
  return {
    observe: (workflow, outcome, seconds) => {
      duration.observe({ workflow, outcome }, seconds);
    },
  };
}
