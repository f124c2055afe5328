import {
  parseDecimal,
  parseInstant,
  parseSku,
  parseUomCode,
  quantity,
  type OrderId,
  type Shipment,
} from "@crossdock/domain";
import { shipmentProgressed } from "@crossdock/events";
import { createExceptionBook, createOrderBook } from "@crossdock/processes";
import type { WmsSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";
import { openBooks, type OpenBooks } from "../testing/open-books.ts";
import { shipment as shipmentOf } from "../testing/shipments.ts";
import { wmsShipmentFeed } from "./wms-shipment.ts";

const NUMBER = "SO-7000";
const at = (minute: number) => parseInstant(`2026-11-21T08:${String(minute).padStart(2, "0")}:00Z`);
const sku = parseSku("NG-10001");
const pieces = (count: string) => quantity(parseDecimal(count), parseUomCode("EA"));
let books: OpenBooks;
let feed: Feed<Shipment>;
let orderId: OrderId;

beforeAll(async () => {
  books = await openBooks();
  const { process, clock, ledger } = books;
  feed = wmsShipmentFeed({ wms: { name: "wms" } as WmsSystem, process, clock });
  const { order, document } = await books.takeOrder("WM", NUMBER);
  orderId = order.id;
  const created = {
    kind: "orderCreated",
    number: document.number,
    at: at(0),
    source: "erp",
  } as const;
  const trace = { correlationId: "test", causationId: null };
  await ledger.transaction((trx) => process.apply(trx, [{ orderId, event: created }], [], trace));
}, 30_000);
afterAll(() => books.close());

/** What the warehouse has of the order: `left` pieces of five, the others short where it says so. */
function seen(status: Shipment["status"], minute: number, left: string, short?: string): Shipment {
  const base = shipmentOf("900", status, at(minute), [NUMBER]);
  const [orderNumber] = base.orderNumbers;
  if (orderNumber === undefined) throw new Error("the shipment has no order");
  const goods = { orderNumber, lineNumber: 1, sku };
  return {
    ...base,
    release: 1,
    lines: [{ ...goods, quantity: pieces(left), lot: "L-1", serials: [] }],
    shortfalls:
      short === undefined ? [] : [{ ...goods, quantity: pieces(short), reason: "SHORT_PICK" }],
  };
}

/** As a webhook or a sweep brings it. @returns how often its followers were told */
async function tell(shipment: Shipment): Promise<number> {
  const after = await books.eventLog.head();
  await books.ledger.transaction((trx) =>
    feed.record(trx, [shipment], { history: false, correlationId: "test" }),
  );
  const types = [shipmentProgressed.type];
  return (await books.eventLog.readPage({ after, limit: 100, types })).length;
}

async function state() {
  const [record] = await createOrderBook(books.ledger).readOrders([orderId]);
  if (record?.state == null) throw new Error("the order is not in the book");
  return record.state;
}

async function openExceptions(): Promise<readonly string[]> {
  const { exceptions } = await createExceptionBook(books.ledger).listExceptions({
    customerNumbers: "all",
    isOpen: true,
    first: 50,
    after: null,
  });
  return exceptions.map(({ record }) => `${record.subject} ${record.code}`);
}

test("what a shipment falls short of reaches its order though the shipment did not move", async () => {
  expect(await tell(seen("PICKED", 1, "5"))).toBe(1);
  expect((await state()).shipments[0]?.shortfalls).toEqual([]);
  expect(await tell(seen("PICKED", 2, "3", "2"))).toBe(0);
  const [shipment] = (await state()).shipments;
  expect(shipment?.shortfalls).toEqual([
    { lineNumber: 1, quantity: pieces("2"), reason: "SHORT_PICK" },
  ]);
  expect(await openExceptions()).toEqual(["shipment:900 SHORT_PICK"]);
});

test("the same look again changes nothing, and what left keeps its lot", async () => {
  const before = await state();
  expect(await tell(seen("PICKED", 2, "3", "2"))).toBe(0);
  expect(await state()).toEqual(before);
  expect(await tell(seen("SHIPPED", 3, "3", "2"))).toBe(1);
  const { shipments, lines } = await state();
  expect(shipments[0]?.lines).toEqual([
    { lineNumber: 1, quantity: pieces("3"), lot: "L-1", serials: [] },
  ]);
  expect(lines[0]?.shipped.value).toBe("3");
});
