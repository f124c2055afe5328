import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseOrderKey,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  orderSubject,
  quantity,
  type OrderDraft,
  type Shipment,
} from "@crossdock/domain";
import { createOrderBook, openedOrder, saveShipments } from "@crossdock/processes";
import { systemClock } from "@crossdock/runtime";
import { createReconciliationBook } from "./reconciliation-book-postgres.ts";
import { createRepairer, type ReadAgain } from "./repair.ts";
import { createRunLog } from "./run-log.ts";
import { openBooks, stockDifference, type OpenBooks } from "./testing/open-books.ts";

const { signal } = new AbortController();
const NUMBER = parseOrderNumber("SO-0009001");
const LEFT = parseInstant("2026-11-21T10:00:00Z");
const five = quantity(parseDecimal("5"), parseUomCode("EA"));
const sku = parseSku("NG-10001");

const draft: OrderDraft = {
  key: parseOrderKey("7K3QF9M2ZT"),
  customerNumber: parseCustomerNumber("C10010"),
  customerReference: null,
  channel: "PORTAL",
  currency: parseCurrencyCode("USD"),
  placedAt: parseInstant("2026-11-21T08:00:00Z"),
  requestedDeliveryOn: null,
  shipTo: {
    name: null,
    lines: ["1 Mill Street"],
    city: "Cleveland",
    region: "OH",
    postalCode: "44114",
    country: "US",
  },
  warehouse: parseWarehouseCode("EAST"),
  lines: [
    {
      lineNumber: 1,
      sku,
      description: "Bolt",
      ordered: five,
      orderedBase: five,
      unitPrice: { amount: parseDecimal("2.50"), currency: parseCurrencyCode("USD") },
      priceBasis: "CONTRACT",
    },
  ],
};

const shipment: Shipment = {
  id: parseShipmentId("200000001"),
  number: "200000001",
  orderNumbers: [NUMBER],
  warehouse: parseWarehouseCode("EAST"),
  release: 1,
  status: "SHIPPED",
  carrier: null,
  trackingNumber: null,
  trackingUrl: null,
  shipTo: null,
  lines: [{ orderNumber: NUMBER, lineNumber: 1, sku, quantity: five, lot: null, serials: [] }],
  packages: [],
  milestones: [{ type: "SHIPPED", at: LEFT, source: "wms", note: null }],
  shippedAt: LEFT,
  estimatedDeliveryAt: null,
  deliveredAt: null,
  problem: null,
  modifiedAt: LEFT,
};

let books: OpenBooks;
beforeAll(async () => {
  books = await openBooks();
}, 60_000);
afterAll(() => books.close());

/** An order that the ERP has, and whose shipment our book has without the order knowing of it. */
async function orderThatMissedItsShipment() {
  const { ledger } = books;
  const order = openedOrder(draft, "test");
  await ledger.db
    .insertInto("order_book")
    .values({
      id: order.id,
      number: NUMBER,
      customer_number: order.customerNumber,
      customer_reference: null,
      status: "CONFIRMED",
      placed_at: order.placedAt,
      skus: [sku],
      state: JSON.stringify({ ...order.state, number: NUMBER, status: "CONFIRMED" }),
    })
    .execute();
  await ledger.transaction(async (trx) => {
    const rows = [{ shipment, customerNumber: draft.customerNumber }];
    await saveShipments(trx, rows, systemClock.now());
  });
  return order.id;
}

const billsAskedFor = async () => {
  const rows = await books.ledger.db
    .selectFrom("commands")
    .select("id")
    .where("type", "=", "billing.raiseInvoice")
    .execute();
  return rows.length;
};

test("an order that missed its shipment is told of it and asks for its bill, once however often it is repaired", async () => {
  const id = await orderThatMissedItsShipment();
  const { ledger, process } = books;
  const log = createRunLog(ledger);
  const book = createReconciliationBook(ledger);
  const read: string[] = [];
  const noted: ReadAgain[keyof ReadAgain] = (ids) => {
    read.push(...ids);
    return Promise.resolve();
  };
  const repairer = createRepairer({
    ledger,
    process,
    book,
    wms: {
      name: "wms",
      shipments: { readShipmentsOfOrders: () => Promise.resolve([[shipment]]) },
    },
    readAgain: { stock: noted, order: noted, shipment: noted, invoice: noted },
    comparisonOf: () => ({ look: () => Promise.resolve([]) }),
    clock: systemClock,
  });
  const runWith = async () => {
    const opened = await log.open({
      scope: "SHIPPED_NOT_INVOICED",
      startedBy: "ops",
      at: systemClock.now(),
      dueAt: null,
    });
    await log.claim();
    const difference = stockDifference("NG-10001", {
      key: NUMBER,
      code: "SHIPPED_NOT_INVOICED",
      kind: "MISSING",
      about: orderSubject(id),
      part: null,
      repair: { kind: "tellOrder", sourceId: NUMBER },
    });
    const run = { id: opened?.id ?? "", scope: "SHIPPED_NOT_INVOICED" } as const;
    const found = [difference];
    await log.checkpoint(run.id, { position: null, compared: 1, unsettled: 0, found });
    await log.finish(run.id, "DONE", systemClock.now());
    return run;
  };

  const first = await runWith();
  const asked = { first: 100, by: "ops" };
  expect(await repairer.repair(first, asked, signal)).toEqual({
    done: 1,
    refused: [],
    remaining: 0,
  });
  const [order] = await createOrderBook(ledger).readOrders([id]);
  expect(order?.state?.shipments).toMatchObject([{ id: shipment.id, status: "SHIPPED" }]);
  expect(order?.state?.invoices).toMatchObject([{ shipmentId: shipment.id }]);
  expect(await billsAskedFor()).toBe(1);
  expect(read).toEqual([shipment.id]);
  expect(await book.listMismatches(first.id, { first: 1, after: 0 })).toMatchObject([
    { repairedAt: expect.any(String) as string },
  ]);

  expect(await repairer.repair(await runWith(), asked, signal)).toMatchObject({ done: 1 });
  expect(await billsAskedFor()).toBe(1);
  const journal = await ledger.db
    .selectFrom("audit_journal")
    .select(["actor", "step", "outcome"])
    .where("command_type", "=", "mismatch")
    .execute();
  expect(journal).toEqual([
    { actor: "ops", step: "repaired", outcome: "tellOrder SHIPPED_NOT_INVOICED" },
    { actor: "ops", step: "repaired", outcome: "tellOrder SHIPPED_NOT_INVOICED" },
  ]);
});
