import { parseCustomerNumber, parseOrderNumber, parseSku } from "@crossdock/domain";
import { bulkReadContract, orderWriterContract } from "@crossdock/source-contract/testing";
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
