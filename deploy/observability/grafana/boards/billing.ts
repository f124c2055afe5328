import type { Board } from "../board.ts";
import { ofLedger, perSecond, quantile } from "../queries.ts";

export const billing: Board = {
  uid: "crossdock-inventory-billing",
  title: "Crossdock: inventory and billing",
  panels: [
    {
      title: "Shipment to invoice, p95",
      about: "From when a shipment left until its bill is posted, by warehouse.",
      unit: "s",
      queries: [
        [quantile(0.95, "crossdock_ship_to_invoice_seconds", "warehouse"), "{{warehouse}}"],
      ],
    },
    {
      title: "Steps of a bill, p95",
      about: "issue: until it is posted; payment: from then until it is paid.",
      unit: "s",
      queries: [[quantile(0.95, "crossdock_invoice_cycle_seconds", "step"), "{{step}}"]],
    },
    {
      title: "Shipped and not billed",
      about: "For longer than operations.thresholds.shippedNotInvoicedSeconds.",
      unit: "short",
      kind: "stat",
      queries: [[ofLedger('crossdock_work_list_items{kind="SHIPPED_NOT_INVOICED"}'), "shipments"]],
    },
    {
      title: "Billed twice",
      about: "In a day. Not one is right.",
      unit: "short",
      kind: "stat",
      queries: [["sum(increase(crossdock_duplicate_invoices_total[1d]))", "bills"]],
    },
    {
      title: "Calls to the tax engine",
      about: "A second, by outcome.",
      unit: "reqps",
      queries: [
        [perSecond('crossdock_source_call_seconds_count{source="tax"}', "outcome"), "{{outcome}}"],
      ],
    },
    {
      title: "Mismatches",
      about: "What the last reconciliation found, by scope and kind.",
      unit: "short",
      queries: [
        [ofLedger("crossdock_reconciliation_mismatches", "scope", "kind"), "{{scope}} {{kind}}"],
      ],
    },
    {
      title: "Age of stock",
      about: "Since the warehouse has last told of its stock.",
      unit: "s",
      queries: [[ofLedger("crossdock_inventory_age_seconds", "feed"), "{{feed}}"]],
    },
    {
      title: "Waiting for stock",
      about: "Orders that are backordered.",
      unit: "short",
      queries: [[ofLedger('crossdock_orders_open{stage="BACKORDERED"}'), "orders"]],
    },
  ],
};
