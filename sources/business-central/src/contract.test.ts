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
import type { ProfileName } from "@crossdock/sandbox";
import { asWorker } from "./testing/as-worker.ts";
import { draftOf, lineOf, startTenant, type Tenant } from "./testing/tenant.ts";

/** At this speed the minutes that a profile makes a call wait are over in a moment. */
const SPEED = 20_000;
const PROFILES: readonly (readonly [string, readonly ProfileName[]])[] = [
  ["as published", []],
  ["as cloud-a", ["cloud-a"]],
  ["as cloud-b", ["cloud-b"]],
  ["as dist-c", ["dist-c"]],
];

describe.each(PROFILES)("an ERP that behaves %s", (_name, profiles) => {
  let tenant: Tenant;
  /** A test that loses an answer on purpose wants to see what the port says to it. */
  let isLosing: boolean;
  beforeAll(async () => {
    tenant = await startTenant({}, { speed: SPEED, profiles });
  });
  beforeEach(() => {
    isLosing = false;
  });
  afterEach(() => tenant.clearFaults());
  afterAll(() => tenant.stop());

  const asUsed = <Port extends object>(port: Port): Port => asWorker(port, () => !isLosing);
  /** What a profile spoils is asked for once more. */
  const calls = async () => (await tenant.calls()) - (await tenant.disturbed());
  const loseNext = (operation: string) => {
    isLosing = true;
    return tenant.fault({ kind: "lostResponse", operation, forMs: 5_000 });
  };

  bulkReadContract("Business Central's orders", async () => ({
    read: asUsed(tenant.system.orders).readOrders,
    known: [
      parseOrderNumber("SO-0000007"),
      parseOrderNumber("SO-0000003"),
      parseOrderNumber("SO-0004999"),
    ],
    unknown: parseOrderNumber("SO-9999999"),
    keyOf: (order) => order.number,
    calls,
  }));

  bulkReadContract("Business Central's customers", async () => ({
    read: asUsed(tenant.system.customers).readCustomers,
    known: [
      parseCustomerNumber("C10030"),
      parseCustomerNumber("C10010"),
      parseCustomerNumber("C10020"),
    ],
    unknown: parseCustomerNumber("C99999"),
    keyOf: (customer) => customer.number,
    calls,
  }));

  bulkReadContract("Business Central's products", async () => ({
    read: asUsed(tenant.system.products).readProducts,
    known: [parseSku("NG-10003"), parseSku("NG-10001"), parseSku("NG-12000")],
    unknown: parseSku("NG-99999"),
    keyOf: (product) => product.sku,
    calls,
  }));

  orderWriterContract("Business Central", async () => ({
    orders: asUsed(tenant.system.orders),
    draft: (key) => draftOf(key),
    refusedDraft: (key) => draftOf(key, { lines: [lineOf(1, { sku: parseSku("NG-00000") })] }),
    count: async (key) => (await tenant.documents(key)).length,
    loseNextAnswer: () => loseNext("POST salesOrders"),
  }));

  orderChangerContract("Business Central", async () => ({
    orders: asUsed(tenant.system.orders),
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
    loseNextRemoval: () => loseNext("DELETE salesOrders"),
    loseNextRewrite: () => loseNext("POST $batch salesOrderLines+salesOrders"),
  }));
});
