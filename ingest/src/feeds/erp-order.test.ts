import {
  parseDecimal,
  parseInstant,
  quantity,
  type OrderChange,
  type OrderStatus,
  type SourceOrder,
} from "@crossdock/domain";
import { orderChanged } from "@crossdock/events";
import { createOrderBook } from "@crossdock/processes";
import type { ErpSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";
import { openBooks, type OpenBooks } from "../testing/open-books.ts";
import { sourceOrder } from "../testing/source-orders.ts";
import { erpOrderFeed } from "./erp-order.ts";

let books: OpenBooks;
let feed: Feed<SourceOrder>;
beforeAll(async () => {
  books = await openBooks();
  const { process, clock } = books;
  feed = erpOrderFeed({ erp: { name: "erp" } as ErpSystem, process, clock });
}, 30_000);
afterAll(() => books.close());

const at = (minute: number) => parseInstant(`2026-11-21T08:${String(minute).padStart(2, "0")}:00Z`);

/** One look of a sweep. @returns what has been told since: change and status */
async function look(
  document: SourceOrder,
  { history = false } = {},
): Promise<readonly [OrderChange, OrderStatus][]> {
  const after = await books.eventLog.head();
  await books.ledger.transaction((trx) =>
    feed.record(trx, [document], { history, correlationId: "test" }),
  );
  const events = await books.eventLog.readPage({ after, limit: 100 });
  return events.map(({ data }) => {
    const { change, status } = orderChanged.parse(data);
    return [change, status];
  });
}

async function statusOf({ number }: SourceOrder): Promise<OrderStatus | undefined> {
  const [record] = await createOrderBook(books.ledger).readOrdersByNumber([number]);
  return record?.status;
}

test("an order that a clerk enters is told, and each status that it comes to, once", async () => {
  const entered = sourceOrder("SO-1", { status: "SUBMITTED", modifiedAt: at(0) });
  expect(await look(entered)).toEqual([["SUBMITTED", "SUBMITTED"]]);
  expect(await look(entered)).toEqual([]);
  const held = { ...entered, status: "ON_HOLD", modifiedAt: at(1) } as const;
  expect(await look(held)).toEqual([["HELD", "ON_HOLD"]]);
  const released = { ...entered, status: "CONFIRMED", modifiedAt: at(2) } as const;
  expect(await look(released)).toEqual([
    ["RELEASED", "CONFIRMED"],
    ["CONFIRMED", "CONFIRMED"],
  ]);
  expect(await look(released)).toEqual([]);
});

test("an order that is first seen released is told with how it began", async () => {
  const released = sourceOrder("SO-2", { status: "CONFIRMED", modifiedAt: at(0) });
  expect(await look(released)).toEqual([
    ["SUBMITTED", "CONFIRMED"],
    ["CONFIRMED", "CONFIRMED"],
  ]);
});

test("history is no news, and what changes after it is", async () => {
  const old = sourceOrder("SO-3", { status: "CONFIRMED", modifiedAt: at(0) });
  expect(await look(old, { history: true })).toEqual([]);
  expect(await look({ ...old, status: "SHIPPED", modifiedAt: at(5) })).toEqual([
    ["SHIPPED", "SHIPPED"],
  ]);
});

test("a version that comes late changes nothing and tells nothing", async () => {
  const before = sourceOrder("SO-4", { status: "CONFIRMED", modifiedAt: at(1) });
  await look(before);
  const after = { ...before, status: "SHIPPED", modifiedAt: at(2) } as const;
  await look(after);
  expect(await look(before)).toEqual([]);
  expect(await look(before, { history: true })).toEqual([]);
  expect(await statusOf(before)).toBe("SHIPPED");
});

test("another quantity is an amendment, more goods sent are another SHIPPED", async () => {
  const [line] = sourceOrder("SO-5").lines;
  if (line === undefined) throw new Error("The order has no line.");
  const of = (ordered: string, shipped: string) => [
    {
      ...line,
      ordered: quantity(parseDecimal(ordered), line.ordered.uom),
      shipped: quantity(parseDecimal(shipped), line.ordered.uom),
    },
  ];
  const placed = sourceOrder("SO-5", {
    status: "CONFIRMED",
    lines: of("10", "0"),
    modifiedAt: at(0),
  });
  await look(placed);
  const more = { ...placed, lines: of("12.0", "0"), modifiedAt: at(1) };
  expect(await look(more)).toEqual([["AMENDED", "CONFIRMED"]]);
  // The same number, written otherwise.
  expect(await look({ ...more, lines: of("12", "0"), modifiedAt: at(2) })).toEqual([]);
  const partly = { ...more, status: "PARTIALLY_SHIPPED" } as const;
  expect(await look({ ...partly, lines: of("12", "4"), modifiedAt: at(3) })).toHaveLength(1);
  expect(await look({ ...partly, lines: of("12", "9"), modifiedAt: at(4) })).toEqual([
    ["SHIPPED", "PARTIALLY_SHIPPED"],
  ]);
});

test("a clerk who changes the quantities of an order of ours is told as an amendment", async () => {
  const { order, document } = await books.takeOrder("K1", "SO-6");
  expect(await look({ ...document, modifiedAt: at(0) })).toEqual([]);
  expect(await look({ ...document, status: "CONFIRMED", modifiedAt: at(1) })).toEqual([]);
  const [line] = document.lines;
  if (line === undefined) throw new Error("The order has no line.");
  const ordered = quantity(parseDecimal("7"), line.ordered.uom);
  const changed = { ...document, lines: [{ ...line, ordered }], modifiedAt: at(2) };
  expect(await look(changed)).toEqual([["AMENDED", order.status]]);
  // Back to what we asked for: that is no news of somebody else's.
  expect(await look({ ...document, modifiedAt: at(3) })).toEqual([]);
});

test("an order of ours stays the same order when a clerk overwrites our key", async () => {
  const { order, document } = await books.takeOrder("K2", "SO-7");
  await look({ ...document, key: null, modifiedAt: at(1) });
  const [record] = await createOrderBook(books.ledger).readOrdersByNumber([document.number]);
  expect(record?.id).toBe(order.id);
  expect(record?.source?.order.modifiedAt).toBe(at(1));
});
