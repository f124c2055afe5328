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
    types: ["commands.commandProgressed", "exceptions.exceptionRaised"],
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
];
