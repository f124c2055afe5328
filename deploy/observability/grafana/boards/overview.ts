import type { Board } from "../board.ts";
import { ofLedger, perSecond, quantile } from "../queries.ts";

export const overview: Board = {
  uid: "crossdock-overview",
  title: "Crossdock: overview",
  panels: [
    {
      title: "Processes that answer",
      about: "Fewer than run: look at the one that is missing.",
      unit: "short",
      kind: "stat",
      queries: [['sum(up{job="crossdock"})', "up"]],
    },
    {
      title: "Exceptions that wait",
      about: "By who can help.",
      unit: "short",
      queries: [
        [
          `sum by (owner) (${ofLedger("crossdock_exceptions_open", "owner", "class")})`,
          "{{owner}}",
        ],
      ],
    },
    {
      title: "Overdue",
      about: "Exceptions that wait for longer than was agreed.",
      unit: "short",
      queries: [[ofLedger("crossdock_exceptions_overdue", "owner"), "{{owner}}"]],
    },
    {
      title: "Open orders",
      about: "By stage.",
      unit: "short",
      queries: [[ofLedger("crossdock_orders_open", "stage"), "{{stage}}"]],
    },
    {
      title: "Operations",
      about: "What clients ask, by how it ends; `failed` is our fault.",
      unit: "reqps",
      queries: [[perSecond("crossdock_gateway_operations_total", "outcome"), "{{outcome}}"]],
    },
    {
      title: "Latency at the gateway, p99",
      about: "One operation in a hundred takes longer.",
      unit: "s",
      queries: [[quantile(0.99, "crossdock_gateway_operation_seconds", "kind"), "{{kind}}"]],
    },
    {
      title: "Oldest command",
      about: "By lane: how long what waits for a system has waited.",
      unit: "s",
      queries: [[ofLedger("crossdock_message_age_seconds", "lane"), "{{lane}}"]],
    },
    {
      title: "Sources",
      about: "0 is asked, 1 one call finds out, 2 is not asked.",
      unit: "short",
      queries: [["max by (source) (crossdock_source_circuit_state)", "{{source}}"]],
    },
    {
      title: "Ledger and journals",
      about: "The ledger answers, and the audit journal's chain holds, while these are 1.",
      unit: "short",
      queries: [
        ["min(crossdock_ledger_up)", "ledger"],
        ["min(crossdock_audit_chain_intact)", "audit chain"],
        ["min(crossdock_data_free_ratio)", "free disk"],
      ],
    },
  ],
};
