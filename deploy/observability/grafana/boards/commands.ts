import type { Board } from "../board.ts";
import { ofLedger, perSecond, quantile } from "../queries.ts";

export const commands: Board = {
  uid: "crossdock-commands",
  title: "Crossdock: commands and exceptions",
  panels: [
    {
      title: "Queue",
      about: "Commands that are not settled, by lane.",
      unit: "short",
      queries: [
        [`sum by (lane) (${ofLedger("crossdock_queue_depth", "lane", "state")})`, "{{lane}}"],
      ],
    },
    {
      title: "Oldest command",
      about: "By lane.",
      unit: "s",
      queries: [[ofLedger("crossdock_message_age_seconds", "lane"), "{{lane}}"]],
    },
    {
      title: "Settled",
      about: "A second, by lane and outcome.",
      unit: "reqps",
      queries: [
        [perSecond("crossdock_commands_settled_total", "lane", "outcome"), "{{lane}} {{outcome}}"],
      ],
    },
    {
      title: "From acceptance to the end, p95",
      about: "By lane.",
      unit: "s",
      queries: [[quantile(0.95, "crossdock_command_duration_seconds", "lane"), "{{lane}}"]],
    },
    {
      title: "Tried again",
      about: "A second, by source and class.",
      unit: "reqps",
      queries: [
        [perSecond("crossdock_command_retries_total", "source", "class"), "{{source}} {{class}}"],
      ],
    },
    {
      title: "Given up",
      about: "In an hour, by source and reason.",
      unit: "short",
      queries: [
        [
          "sum by (source, reason) (increase(crossdock_dead_letters_total[1h]))",
          "{{source}} {{reason}}",
        ],
      ],
    },
    {
      title: "Exceptions that wait",
      about: "By class.",
      unit: "short",
      queries: [
        [
          `sum by (class) (${ofLedger("crossdock_exceptions_open", "class", "owner")})`,
          "{{class}}",
        ],
      ],
    },
    {
      title: "Oldest exception",
      about: "By who can help.",
      unit: "s",
      queries: [[ofLedger("crossdock_exception_oldest_age_seconds", "owner"), "{{owner}}"]],
    },
    {
      title: "Opened and closed",
      about: "In an hour.",
      unit: "short",
      queries: [
        ["sum by (class) (increase(crossdock_exceptions_opened_total[1h]))", "opened {{class}}"],
        [
          "sum by (resolution) (increase(crossdock_exceptions_closed_total[1h]))",
          "closed {{resolution}}",
        ],
      ],
    },
    {
      title: "Time to resolution",
      about: "From opening to closing, by class.",
      unit: "s",
      queries: [
        [quantile(0.5, "crossdock_exception_resolution_seconds", "class"), "p50 {{class}}"],
      ],
    },
    {
      title: "Consumers of the log: behind",
      about: "Since the first event that they have not come to.",
      unit: "s",
      queries: [
        [ofLedger("crossdock_event_lag_seconds", "consumer"), "{{consumer}}"],
        [ofLedger("crossdock_event_lag_events", "consumer"), "{{consumer}}, events"],
      ],
    },
    {
      title: "Webhooks to the service desk",
      about: "Messages a second by webhook and outcome, and those that wait.",
      unit: "short",
      queries: [
        [
          perSecond("crossdock_webhook_deliveries_total", "hook", "outcome"),
          "{{hook}} {{outcome}}",
        ],
        [ofLedger("crossdock_webhook_messages_waiting", "hook"), "{{hook}} waiting"],
      ],
    },
  ],
};
