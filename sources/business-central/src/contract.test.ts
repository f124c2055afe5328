import {
  parseCustomerNumber,
  parseDecimal,
  parseLocalDate,
  parseOrderNumber,
  parseSku,
  parseUomCode,
  quantity,
} from "@crossdock/domain";
import {
  bulkReadContract,
  orderChangerContract,
  orderWriterContract,
} from "@crossdock/source-contract/testing";
import { draftOf, lineOf, startTenant, type Tenant } from "./testing/tenant.ts";

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant.clearFaults());
afterAll(() => tenant.stop());

bulkReadContract("Business Central's orders", async () => ({
  read: tenant.system.orders.readOrders,
  known: [
    parseOrderNumber("SO-0000007"),
    parseOrderNumber("SO-0000003"),
    parseOrderNumber("SO-0004999"),
  ],
  unknown: parseOrderNumber("SO-9999999"),
  keyOf: (order) => order.number,
  calls: () => tenant.calls(),
}));

bulkReadContract("Business Central's customers", async () => ({
  read: tenant.system.customers.readCustomers,
  known: [
    parseCustomerNumber("C10030"),
    parseCustomerNumber("C10010"),
    parseCustomerNumber("C10020"),
  ],
  unknown: parseCustomerNumber("C99999"),
  keyOf: (customer) => customer.number,
  calls: () => tenant.calls(),
}));

bulkReadContract("Business Central's products", async () => ({
  read: tenant.system.products.readProducts,
  known: [parseSku("NG-10003"), parseSku("NG-10001"), parseSku("NG-12000")],
  unknown: parseSku("NG-99999"),
  keyOf: (product) => product.sku,
  calls: () => tenant.calls(),
}));

orderWriterContract("Business Central", async () => ({
  orders: tenant.system.orders,
  draft: (key) => draftOf(key),
  refusedDraft: (key) => draftOf(key, { lines: [lineOf(1, { sku: parseSku("NG-00000") })] }),
  count: async (key) => (await tenant.documents(key)).length,
  loseNextAnswer: () =>
    tenant.fault({ kind: "lostResponse", operation: "POST salesOrders", forMs: 5_000 }),
}));

orderChangerContract("Business Central", async () => ({
  orders: tenant.system.orders,
  draft: (key) => draftOf(key, { lines: [lineOf(1), lineOf(2), lineOf(3)] }),
  // A line that stays, one that is another product, one less; and with them dates and address.
  amended: (draft) => ({
    ...draft,
    requestedDeliveryOn: parseLocalDate("2026-12-24"),
    shipTo: { ...draft.shipTo, city: "Akron", postalCode: "44301" },
    lines: [
      lineOf(1, { ordered: quantity(parseDecimal("7"), parseUomCode("EA")) }),
      lineOf(2, { sku: parseSku("NG-10003") }),
    ],
  }),
  count: async (key) => (await tenant.documents(key)).length,
  ship: async (key) => {
    const [order] = await tenant.documents(key);
    const [line] = order.salesOrderLines;
    await tenant.clerk("PATCH", `salesOrderLines(${line.id})`, {
      shipQuantity: 1,
      invoiceQuantity: 0,
    });
    for (const { id } of order.salesOrderLines.slice(1)) {
      await tenant.clerk("PATCH", `salesOrderLines(${id})`, {
        shipQuantity: 0,
        invoiceQuantity: 0,
      });
    }
    await tenant.clerk("POST", `salesOrders(${order.id})/Microsoft.NAV.shipAndInvoice`);
  },
  loseNextRemoval: () =>
    tenant.fault({ kind: "lostResponse", operation: "DELETE salesOrders", forMs: 5_000 }),
  loseNextRewrite: () =>
    tenant.fault({
      kind: "lostResponse",
      operation: "POST $batch salesOrderLines+salesOrders",
      forMs: 5_000,
    }),
}));
