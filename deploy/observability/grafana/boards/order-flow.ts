import type { Board } from "../board.ts";
import { ofLedger, perSecond, quantile } from "../queries.ts";

export const orderFlow: Board = {
  uid: "crossdock-order-flow",
  title: "Crossdock: order flow",
  panels: [
    {
      title: "Open orders by stage",
      about: "A stage that grows while the next one shrinks is where they stop.",
      unit: "short",
      queries: [[ofLedger("crossdock_orders_open", "stage"), "{{stage}}"]],
    },
    {
      title: "Late in their stage",
      about: "Longer than operations.thresholds.stages allows.",
      unit: "short",
      queries: [[ofLedger("crossdock_orders_late", "stage"), "{{stage}}"]],
    },
    {
      title: "Longest in a stage",
      about: "The age of the order that is longest in each stage.",
      unit: "s",
      queries: [[ofLedger("crossdock_order_stage_age_seconds", "stage"), "{{stage}}"]],
    },
    {
      title: "Open orders by warehouse",
      about: "An order of two warehouses counts at both.",
      unit: "short",
      queries: [
        [
          `sum by (warehouse) (${ofLedger("crossdock_warehouse_orders_open", "warehouse", "stage")})`,
          "{{warehouse}}",
        ],
      ],
    },
    {
      title: "Release delay",
      about: "From the acceptance until the first warehouse has the order.",
      unit: "s",
      queries: [
        [quantile(0.5, "crossdock_order_release_delay_seconds"), "p50"],
        [quantile(0.95, "crossdock_order_release_delay_seconds"), "p95"],
      ],
    },
    {
      title: "Shipments: known after",
      about: "From what the warehouse did until subscribers are told, p95.",
      unit: "s",
      queries: [
        [quantile(0.95, "crossdock_shipment_posting_lag_seconds", "warehouse"), "{{warehouse}}"],
      ],
    },
    {
      title: "Order to invoice",
      about: "How long whole orders take, p95 by how they end.",
      unit: "s",
      queries: [
        [
          quantile(0.95, "crossdock_workflow_duration_seconds", "workflow", "outcome"),
          "{{workflow}} {{outcome}}",
        ],
      ],
    },
    {
      title: "Orders that come to an end",
      about: "A second, by workflow and outcome.",
      unit: "reqps",
      queries: [
        [
          perSecond("crossdock_workflow_duration_seconds_count", "workflow", "outcome"),
          "{{workflow}} {{outcome}}",
        ],
      ],
    },
    {
      title: "Work lists",
      about: "What has waited for longer than it should.",
      unit: "short",
      queries: [[ofLedger("crossdock_work_list_items", "kind"), "{{kind}}"]],
    },
    {
      title: "Synthetic orders",
      about: "In the last hour, by how they ended.",
      unit: "short",
      queries: [["sum by (outcome) (increase(crossdock_synthetic_runs_total[1h]))", "{{outcome}}"]],
    },
  ],
};
