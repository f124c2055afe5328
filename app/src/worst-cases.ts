import type { SourceCallTable, WorstCaseTable } from "@crossdock/gateway";

/** Keys that one bulk call of a source takes, of the source that takes the fewest. */
const BULK = 40;
const once = { calls: 1, batch: null } as const;
const bulk = { calls: 1, batch: BULK } as const;

/**
 * What an operation may take from the sources at most, for pricing manifests: with nothing cached and every copy of ours too
 * old (docs/decisions/0024-queries.md says what each field is answered by), once the books are whole. A field that is not
 * here asks no source. Commands are carried out later by the worker, within its own budget, and are not counted; what is
 * read to check them is.
 */
const sourceCalls: SourceCallTable = {
  "Query.invoice": { calls: 2, batch: null },
  "Query.invoices": { calls: 3, batch: null },
  "Query.product": once,
  "Query.products": { calls: 3, batch: null },
  "Query.warehouses": once,
  "Query.availability": { calls: 6, batch: null },
  "Query.customer": once,
  "Query.order": { calls: 2, batch: null },
  "Query.orders": { calls: 3, batch: null },
  "Query.previewOrder": { calls: 20, batch: null },
  "OrderPreview.tax": once,
  "OrderPreview.freight": { calls: 4, batch: null },
  "Query.return": { calls: 2, batch: null },
  "Query.shipment": { calls: 2, batch: null },
  "Query.shipments": { calls: 3, batch: null },
  "Query.shippingOptions": { calls: 20, batch: null },
  "Viewer.customers": once,
  "Customer.orders": { calls: 3, batch: null },
  "Customer.invoices": { calls: 3, batch: null },
  "Customer.balance": { calls: 2, batch: 1 },
  "Customer.overdue": { calls: 2, batch: 1 },
  "Customer.aging": { calls: 2, batch: 1 },
  "Customer.creditAvailable": { calls: 3, batch: 1 },
  "Order.customer": bulk,
  "Order.invoices": { calls: 2, batch: BULK },
  "Order.allocationFailures": { calls: 1, batch: BULK },
  "Order.billing": { calls: 3, batch: BULK },
  "Order.shipments": { calls: 2, batch: BULK },
  "OrderLine.product": bulk,
  "OrderLine.substituteFor": bulk,
  "Invoice.customer": bulk,
  "Invoice.orders": bulk,
  "Invoice.shipments": bulk,
  "InvoiceLine.product": bulk,
  "Shipment.orders": bulk,
  "Shipment.invoices": { calls: 2, batch: BULK },
  "ShipmentLine.product": bulk,
  "ShipmentShortfall.product": bulk,
  "GoodsTrace.product": bulk,
  "Receipt.warehouse": bulk,
  "ReceiptLine.product": bulk,
  "InventoryPosition.product": bulk,
  "InventoryPosition.warehouse": bulk,
  "InventoryPosition.lots": bulk,
  "Product.price": { calls: 3, batch: BULK },
  "Product.inventory": { calls: 2, batch: BULK },
  "Product.availableToPromise": { calls: 2, batch: BULK },
  "Mutation.submitOrder": { calls: 20, batch: null },
  "Mutation.submitOrders": { calls: 100, batch: null },
  "Mutation.amendOrder": { calls: 20, batch: null },
  "Mutation.cancelOrder": { calls: 5, batch: null },
  "Mutation.approveOrder": { calls: 5, batch: null },
  "Mutation.sourceOrder": { calls: 5, batch: null },
  "Mutation.requestReturn": { calls: 5, batch: null },
  "Mutation.cancelReturn": { calls: 3, batch: null },
  "Mutation.authorizeReturn": { calls: 3, batch: null },
  "Mutation.rejectReturn": { calls: 3, batch: null },
  "AdjustInventoryPayload.movement": once,
  "Mutation.reserveInventory": { calls: 10, batch: null },
  "Mutation.disputeInvoice": { calls: 3, batch: null },
  "Mutation.cancelShipment": { calls: 3, batch: null },
  // Each of 500 is read, and looked at again.
  "Mutation.repairMismatches": { calls: 5_000, batch: null },
};

/** Pages, as their `first` is described in the schema. */
export const worstCases: WorstCaseTable = {
  largestPage: 100,
  pages: { "Query.events": 500, "Query.quarantinedEvents": 500 },
  sourceCalls,
};
