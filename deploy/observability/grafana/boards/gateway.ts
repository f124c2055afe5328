import type { Board } from "../board.ts";
import { perSecond, quantile } from "../queries.ts";

export const gateway: Board = {
  uid: "crossdock-gateway",
  title: "Crossdock: gateway",
  panels: [
    {
      title: "Operations",
      about: "A second, by kind and outcome.",
      unit: "reqps",
      queries: [
        [
          perSecond("crossdock_gateway_operations_total", "kind", "outcome"),
          "{{kind}} {{outcome}}",
        ],
      ],
    },
    {
      title: "Failed by our fault",
      about: "The part of all operations.",
      unit: "percentunit",
      queries: [
        [
          `${perSecond('crossdock_gateway_operations_total{outcome="failed"}')} / ${perSecond("crossdock_gateway_operations_total")}`,
          "failed",
        ],
      ],
    },
    {
      title: "Latency",
      about: "From reading an operation to its answer.",
      unit: "s",
      queries: [
        [quantile(0.5, "crossdock_gateway_operation_seconds"), "p50"],
        [quantile(0.95, "crossdock_gateway_operation_seconds"), "p95"],
        [quantile(0.99, "crossdock_gateway_operation_seconds"), "p99"],
      ],
    },
    {
      title: "What is asked most",
      about: "Answers a second, the ten operations that are asked most.",
      unit: "reqps",
      queries: [
        [
          `topk(10, ${perSecond("crossdock_gateway_operation_answers_total", "operation")})`,
          "{{operation}}",
        ],
      ],
    },
    {
      title: "What costs sources most",
      about: "Calls to sources a second, by operation.",
      unit: "reqps",
      queries: [
        [
          `topk(10, ${perSecond("crossdock_gateway_operation_source_calls_total", "operation")})`,
          "{{operation}}",
        ],
      ],
    },
    {
      title: "Over a limit",
      about: "Refused a second, by the limit.",
      unit: "reqps",
      queries: [[perSecond("crossdock_gateway_operations_refused_total", "limit"), "{{limit}}"]],
    },
    {
      title: "Live subscriptions",
      about: "By transport; and the sockets.",
      unit: "short",
      queries: [
        ["sum by (transport) (crossdock_gateway_subscriptions)", "{{transport}}"],
        ["sum(crossdock_gateway_sockets)", "sockets"],
      ],
    },
    {
      title: "Events handed out",
      about: "A second, by transport.",
      unit: "reqps",
      queries: [
        [perSecond("crossdock_gateway_subscription_events_total", "transport"), "{{transport}}"],
      ],
    },
    {
      title: "Subscriptions that end",
      about: "A second, by reason: `slow` clients do not keep up.",
      unit: "reqps",
      queries: [[perSecond("crossdock_gateway_subscriptions_ended_total", "reason"), "{{reason}}"]],
    },
  ],
};
