import type { Viewer } from "@crossdock/domain";
import type { Metrics } from "@crossdock/runtime";
import { Counter, Gauge, Histogram } from "prom-client";
import type { LimitName } from "./errors/limit-errors.ts";
import type { UnsupportedReason } from "./execution/compiled/unsupported.ts";
import type { ToldCost } from "./execution/told-reads.ts";
import { createOperationLabel } from "./operation-names.ts";
import { createPendingCounts } from "./pending-counts.ts";
import type { PendingCount } from "./pending-counts.ts";

export type OperationKind = "query" | "mutation" | "subscription" | "unknown";
/** `partial`: data and errors; `refused`: no data, by fault of the caller; `failed`: by ours. */
export type OperationOutcome = "ok" | "partial" | "refused" | "failed";
export type StreamTransport = "websocket" | "sse";
/** Why a subscription ended. */
export type StreamEnd =
  "completed" | "left" | "refused" | "expired" | "slow" | "schema_changed" | "failed";

export type GatewayMetrics = {
  readonly operationEnded: (
    kind: OperationKind,
    outcome: OperationOutcome,
    seconds: number,
    viewer: Viewer | null,
  ) => void;
  /** An answer, or one event of a subscription that was completed, and what it took. */
  readonly operationRead: (
    operationName: string | undefined,
    viewer: Viewer | null,
    cost: ToldCost,
  ) => void;
  /** Answered by the run of the same query that was under way. */
  readonly queryShared: () => void;
  /** Answered by the stock executor, although operations are compiled. */
  readonly leftToStock: (reason: UnsupportedReason) => void;
  /** Because it is over a limit. */
  readonly operationRefused: (limit: LimitName) => void;
  readonly streamOpened: (transport: StreamTransport) => void;
  readonly streamEnded: (transport: StreamTransport, end: StreamEnd) => void;
  readonly eventDelivered: (transport: StreamTransport) => void;
  /** Once for all subscribers who are sent the same. */
  readonly eventCompleted: () => void;
  readonly upstreamOpened: () => void;
  readonly upstreamClosed: () => void;
  /** After a break. */
  readonly upstreamReopened: () => void;
  readonly socketOpened: () => void;
  readonly socketClosed: () => void;
};

/** Of one operation's name. */
type OperationCounts = Readonly<
  Record<"answers" | "points" | "sourceCalls" | "cached" | "stale", PendingCount>
>;

const LATENCY_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export function createGatewayMetrics(registry: Metrics): GatewayMetrics {
  const registers = [registry];
  const operations = createPendingCounts({
    name: "crossdock_gateway_operations_total",
    help: "Operations answered, by kind and outcome.",
    labelNames: ["kind", "outcome"],
    registry,
  });
  const seconds = new Histogram({
    name: "crossdock_gateway_operation_seconds",
    help: "From reading an operation to its answer, by kind.",
    labelNames: ["kind"],
    buckets: LATENCY_SECONDS,
    registers,
  });
  const ofClients = createPendingCounts({
    name: "crossdock_gateway_client_operations_total",
    help: "Operations answered, by the application that asked, its channel (the role of its token) and outcome.",
    labelNames: ["client", "channel", "outcome"],
    registry,
  });
  const labelOf = createOperationLabel();
  const clientLabelOf = createOperationLabel();
  const byOperation = (name: string, help: string) =>
    createPendingCounts({ name, help, labelNames: ["operation"], registry });
  const answers = byOperation(
    "crossdock_gateway_operation_answers_total",
    "Answers, and events of subscriptions that were completed, by the operation's name.",
  );
  const points = byOperation(
    "crossdock_gateway_operation_points_total",
    "Points that queries and mutations were counted at, by the operation's name.",
  );
  const sourceCalls = byOperation(
    "crossdock_gateway_operation_source_calls_total",
    "Calls that answers made to sources, by the operation's name.",
  );
  const cached = byOperation(
    "crossdock_gateway_operation_cached_values_total",
    "Values served without asking their source, by the operation's name.",
  );
  const stale = byOperation(
    "crossdock_gateway_operation_stale_values_total",
    "Values served although their source did not answer, by the operation's name.",
  );
  const ofOperations = new Map<string, OperationCounts>();
  const countsOf = (operation: string): OperationCounts => {
    const known = ofOperations.get(operation);
    if (known !== undefined) return known;
    const label = { operation };
    const fresh = {
      answers: answers.of(operation, label),
      points: points.of(operation, label),
      sourceCalls: sourceCalls.of(operation, label),
      cached: cached.of(operation, label),
      stale: stale.of(operation, label),
    };
    ofOperations.set(operation, fresh);
    return fresh;
  };
  const refused = new Counter({
    name: "crossdock_gateway_operations_refused_total",
    help: "Operations refused because they, or their client, are over a limit, by the limit's name.",
    labelNames: ["limit"],
    registers,
  });
  const byStock = new Counter({
    name: "crossdock_gateway_stock_operations_total",
    help: "Operations that Apollo's executor ran, or whose answer it made, where operations are compiled, by the reason.",
    labelNames: ["reason"],
    registers,
  });
  const shared = new Counter({
    name: "crossdock_gateway_queries_shared_total",
    help: "Queries answered by the run of the same query that the same caller had under way.",
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
  const completed = new Counter({
    name: "crossdock_gateway_subscription_executions_total",
    help: "Events completed from other subgraphs, each once for all subscribers who get the same.",
    registers,
  });
  const upstreams = new Gauge({
    name: "crossdock_gateway_upstreams",
    help: "Subscriptions that are open at subgraphs for those of the clients.",
    registers,
  });
  const reopened = new Counter({
    name: "crossdock_gateway_upstreams_reopened_total",
    help: "Openings of an upstream after a break, from its last cursor.",
    registers,
  });
  const sockets = new Gauge({
    name: "crossdock_gateway_sockets",
    help: "Open WebSockets.",
    registers,
  });
  // looked up once: this one is counted for every subscriber of every event
  const delivered = { websocket: events.labels("websocket"), sse: events.labels("sse") };
  return {
    operationEnded: (kind, outcome, tookSeconds, viewer) => {
      operations.of(`${kind} ${outcome}`, { kind, outcome }).pending += 1;
      if (viewer !== null) {
        const client = clientLabelOf(viewer.clientId, viewer);
        const { role: channel } = viewer;
        const key = `${outcome} ${channel} ${client}`;
        ofClients.of(key, { client, channel, outcome }).pending += 1;
      }
      seconds.observe({ kind }, tookSeconds);
    },
    operationRead: (operationName, viewer, cost) => {
      const counts = countsOf(labelOf(operationName, viewer));
      counts.answers.pending += 1;
      counts.points.pending += cost.points ?? 0;
      counts.sourceCalls.pending += cost.sourceCalls;
      counts.cached.pending += cost.cached;
      counts.stale.pending += cost.stale;
    },
    leftToStock: (reason) => {
      byStock.inc({ reason });
    },
    queryShared: () => {
      shared.inc();
    },
    operationRefused: (limit) => {
      refused.inc({ limit });
    },
    streamOpened: (transport) => {
      streams.inc({ transport });
    },
    streamEnded: (transport, reason) => {
      streams.dec({ transport });
      ended.inc({ transport, reason });
    },
    eventDelivered: (transport) => {
      delivered[transport].inc();
    },
    eventCompleted: () => {
      completed.inc();
    },
    upstreamOpened: () => {
      upstreams.inc();
    },
    upstreamClosed: () => {
      upstreams.dec();
    },
    upstreamReopened: () => {
      reopened.inc();
    },
    socketOpened: () => {
      sockets.inc();
    },
    socketClosed: () => {
      sockets.dec();
    },
  };
}
