/** Somebody who reads events of the log, and where. */
export type KnownConsumer = {
  readonly name: string;
  /** The one source file that reads them, from the root of the repository. */
  readonly file: string;
  readonly types: readonly string[];
};

/** Everybody who reads events; a new one is added here. `npm run events:check` compares it with the code. */
export const allConsumers: readonly KnownConsumer[] = [
  {
    name: "subscriptions of orders",
    file: "subgraphs/orders/src/resolvers/Subscription.ts",
    types: ["orders.orderChanged"],
  },
  {
    name: "subscriptions of shipments",
    file: "subgraphs/shipments/src/resolvers/Subscription.ts",
    types: ["shipments.shipmentProgressed"],
  },
  {
    name: "subscriptions of billing",
    file: "subgraphs/billing/src/resolvers/Subscription.ts",
    types: ["billing.invoiceChanged"],
  },
  {
    name: "subscriptions of inventory",
    file: "subgraphs/inventory/src/resolvers/Subscription.ts",
    types: ["inventory.inventoryChanged"],
  },
  {
    name: "subscriptions of operations",
    file: "subgraphs/operations/src/resolvers/Subscription.ts",
    types: [
      "commands.commandProgressed",
      "exceptions.exceptionChanged",
      "exceptions.exceptionRaised",
    ],
  },
  {
    name: "business transactions of operations",
    file: "subgraphs/operations/src/transaction-steps.ts",
    types: ["billing.invoiceChanged", "shipments.shipmentProgressed"],
  },
  {
    name: "how orders flow",
    file: "spine/processes/src/flow-book.ts",
    types: ["inventory.inventoryChanged"],
  },
  {
    name: "figures of how the business ran",
    file: "spine/processes/src/figures/work-figures.ts",
    types: ["inventory.inventoryChanged"],
  },
  {
    name: "reread",
    file: "ingest/src/reread.ts",
    types: ["billing.invoiceChanged", "orders.orderChanged", "shipments.shipmentProgressed"],
  },
  {
    name: "expiry of cached reads",
    file: "spine/reads/src/expire-on-events.ts",
    types: [
      "billing.invoiceChanged",
      "inventory.inventoryChanged",
      "inventory.productChanged",
      "orders.customerChanged",
      "orders.orderChanged",
      "orders.priceChanged",
      "shipments.shipmentProgressed",
    ],
  },
  {
    name: "measures of commands",
    file: "spine/measures/src/command-measure.ts",
    types: ["commands.commandProgressed"],
  },
  {
    name: "measures of orders",
    file: "spine/measures/src/order-measure.ts",
    types: ["orders.orderChanged"],
  },
  {
    name: "measures of shipments",
    file: "spine/measures/src/shipment-measure.ts",
    types: ["shipments.shipmentProgressed"],
  },
  {
    name: "measures of invoices",
    file: "spine/measures/src/invoice-measure.ts",
    types: ["billing.invoiceChanged"],
  },
  {
    name: "measures of exceptions",
    file: "spine/measures/src/exception-measure.ts",
    types: ["exceptions.exceptionChanged", "exceptions.exceptionRaised"],
  },
  {
    name: "webhooks",
    file: "spine/webhooks/src/tell-exceptions.ts",
    types: ["exceptions.exceptionChanged", "exceptions.exceptionRaised"],
  },
];
