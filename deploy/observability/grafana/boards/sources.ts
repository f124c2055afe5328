import type { Board } from "../board.ts";
import { ofLedger, perSecond, quantile } from "../queries.ts";

export const sources: Board = {
  uid: "crossdock-sources",
  title: "Crossdock: sources",
  panels: [
    {
      title: "Circuits",
      about: "0 is asked, 1 one call finds out, 2 is not asked.",
      unit: "short",
      queries: [["max by (source) (crossdock_source_circuit_state)", "{{source}}"]],
    },
    {
      title: "Calls",
      about: "A second, by source.",
      unit: "reqps",
      queries: [[perSecond("crossdock_source_call_seconds_count", "source"), "{{source}}"]],
    },
    {
      title: "Calls that are not answered",
      about: "A second, by source and outcome.",
      unit: "reqps",
      queries: [
        [
          perSecond(
            'crossdock_source_call_seconds_count{outcome!="answered"}',
            "source",
            "outcome",
          ),
          "{{source}} {{outcome}}",
        ],
      ],
    },
    {
      title: "Latency, p95",
      about: "Of a call, without the wait for its turn.",
      unit: "s",
      queries: [[quantile(0.95, "crossdock_source_call_seconds", "source"), "{{source}}"]],
    },
    {
      title: "Slowest operations, p95",
      about: "The ten slowest, by source and operation.",
      unit: "s",
      queries: [
        [
          `topk(10, ${quantile(0.95, "crossdock_source_call_seconds", "source", "operation")})`,
          "{{source}} {{operation}}",
        ],
      ],
    },
    {
      title: "Waiting for a turn, p95",
      about: "How long calls wait for room in the budget, by lane.",
      unit: "s",
      queries: [
        [quantile(0.95, "crossdock_source_wait_seconds", "source", "lane"), "{{source}} {{lane}}"],
      ],
    },
    {
      title: "Refused by the budget",
      about: "A second, by source and lane.",
      unit: "reqps",
      queries: [
        [perSecond("crossdock_source_lane_refused_total", "source", "lane"), "{{source}} {{lane}}"],
      ],
    },
    {
      title: "Calls that wait",
      about: "Now, by source and lane.",
      unit: "short",
      queries: [
        [
          'sum by (source, lane) (crossdock_source_lane_calls{state="waiting"})',
          "{{source}} {{lane}}",
        ],
      ],
    },
    {
      title: "Feeds: heard last",
      about: "A notification, or a sweep that was answered to its end.",
      unit: "s",
      queries: [["time() - max by (feed) (crossdock_feed_heard_timestamp_seconds)", "{{feed}}"]],
    },
    {
      title: "Silent feeds",
      about: "1 while nothing is heard for longer than a source may be silent.",
      unit: "short",
      queries: [["max by (feed) (crossdock_feed_silent)", "{{feed}}"]],
    },
    {
      title: "Feeds: lag",
      about: "From a change at the source until it is in the book.",
      unit: "s",
      queries: [["max by (feed) (crossdock_feed_lag_seconds)", "{{feed}}"]],
    },
    {
      title: "Age of stock",
      about: "Since the warehouse has last told of its stock.",
      unit: "s",
      queries: [[ofLedger("crossdock_inventory_age_seconds", "feed"), "{{feed}}"]],
    },
    {
      title: "Webhooks that came",
      about: "A second, by source and what became of them.",
      unit: "reqps",
      queries: [
        [
          perSecond("crossdock_webhooks_received_total", "source", "outcome"),
          "{{source}} {{outcome}}",
        ],
      ],
    },
    {
      title: "Answered without a call",
      about: "The part of the keys that the read cache served.",
      unit: "percentunit",
      queries: [
        [
          `${perSecond('crossdock_reads_total{outcome!="miss"}', "reader")} / ${perSecond("crossdock_reads_total", "reader")}`,
          "{{reader}}",
        ],
      ],
    },
  ],
};
