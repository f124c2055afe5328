import type { Metrics } from "@crossdock/runtime";
import { Counter } from "prom-client";
import { createPendingCounts } from "../pending-counts.ts";

/** How an operation came to its text. */
export type Admission = "text" | "automatic" | "manifest";
export type AdmissionRefusal = "PERSISTED_QUERY_NOT_FOUND" | "PERSISTED_QUERY_REQUIRED";

export type AdmissionMetrics = {
  readonly admitted: (by: Admission) => void;
  readonly refused: (code: AdmissionRefusal) => void;
};

export function createAdmissionMetrics(registry: Metrics): AdmissionMetrics {
  const admissions = createPendingCounts({
    name: "crossdock_gateway_operations_admitted_total",
    help: "Operations that their clients may send, by how they came: as a text, as the hash of one, or as an id of a manifest.",
    labelNames: ["by"],
    registry,
  });
  const refusals = new Counter({
    name: "crossdock_gateway_operations_not_admitted_total",
    help: "Operations that their clients may not send, or that they sent by an id which is not theirs, by code.",
    labelNames: ["code"],
    registers: [registry],
  });
  return {
    admitted: (by) => {
      admissions.of(by, { by }).pending += 1;
    },
    refused: (code) => {
      refusals.inc({ code });
    },
  };
}
