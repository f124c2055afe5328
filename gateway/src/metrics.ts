import type { Metrics } from "@crossdock/runtime";
import { Counter, Gauge, Histogram } from "prom-client";

export type OperationKind = "query" | "mutation" | "subscription" | "unknown";
/** `partial`: data and errors; `refused`: no data, by fault of the caller; `failed`: by ours. */
export type OperationOutcome = "ok" | "partial" | "refused" | "failed";
export type StreamTransport = "websocket" | "sse";
/** Why a subscription ended. */
export type StreamEnd = "completed" | "left" | "expired" | "slow" | "failed";

export type GatewayMetrics = {
  readonly operationEnded: (
    kind: OperationKind,
    outcome: OperationOutcome,
    seconds: number,
  ) => void;
  readonly streamOpened: (transport: StreamTransport) => void;
  readonly streamEnded: (transport: StreamTransport, end: StreamEnd) => void;
  readonly eventDelivered: (transport: StreamTransport) => void;
};

const LATENCY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createGatewayMetrics(registry: Metrics): GatewayMetrics {
  const registers = [registry];
  const operations = new Counter({
    name: "crossdock_gateway_operations_total",
    help: "Operations answered, by kind and outcome.",
    labelNames: ["kind", "outcome"],
    registers,
  });
  const seconds = new Histogram({
    name: "crossdock_gateway_operation_seconds",
    help: "From reading an operation to its answer, by kind.",
    labelNames: ["kind"],
    buckets: LATENCY_SECONDS,
    registers,
  });
  const streams = new Gauge({
    name: "crossdock_gateway_subscriptions",
    help: "Live subscriptions, by transport.",
    labelNames: ["transport"],
    registers,
  });
  const ended = new Counter({
    name: "crossdock_gateway_subscriptions_ended_total",
    help: "Subscriptions that ended, by transport and reason.",
    labelNames: ["transport", "reason"],
    registers,
  });
  const events = new Counter({
    name: "crossdock_gateway_subscription_events_total",
    help: "Events handed to subscribers, by transport.",
    labelNames: ["transport"],
    registers,
  });
  return {
    operationEnded: (kind, outcome, tookSeconds) => {
      operations.inc({ kind, outcome });
      seconds.observe({ kind }, tookSeconds);
    },
    streamOpened: (transport) => {
      streams.inc({ transport });
    },
    streamEnded: (transport, reason) => {
      streams.dec({ transport });
      ended.inc({ transport, reason });
    },
    eventDelivered: (transport) => {
      events.inc({ transport });
    },
  };
}
