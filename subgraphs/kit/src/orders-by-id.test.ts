import type { OrderId } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { readOrdersById } from "./orders-by-id.ts";

const [seen, other, unknown] = ["A" as OrderId, "B" as OrderId, "C" as OrderId];
const record = (id: OrderId, status: string) => ({ id, status }) as OrderRecord;

/** A book that tells how it was asked. */
function bookOf(...records: readonly OrderRecord[]) {
  const asked: (readonly OrderId[])[] = [];
  const readOrders = (ids: readonly OrderId[]) => {
    asked.push(ids);
    return Promise.resolve(ids.map((id) => records.find((one) => one.id === id) ?? null));
  };
  return { asked, readOrders };
}

test("what was shown is as it was shown, the rest is as the book has it, in the order of the keys", async () => {
  const orderBook = bookOf(record(seen, "DELIVERED"), record(other, "SHIPPED"));
  const shownOrders = new Map([[seen, record(seen, "CONFIRMED")]]);
  const found = await readOrdersById([other, seen, unknown], { orderBook, shownOrders });
  expect(found.map((one) => one?.status ?? null)).toEqual(["SHIPPED", "CONFIRMED", null]);
  expect(orderBook.asked).toEqual([[other, unknown]]);
});

test("the book is not asked for what was shown, and for everything where nothing was", async () => {
  const orderBook = bookOf(record(seen, "DELIVERED"));
  const shownOrders = new Map([[seen, record(seen, "CONFIRMED")]]);
  await readOrdersById([seen], { orderBook, shownOrders });
  expect(orderBook.asked).toEqual([]);
  const [found] = await readOrdersById([seen], { orderBook, shownOrders: undefined });
  expect([found?.status, orderBook.asked]).toEqual(["DELIVERED", [[seen]]]);
});
