import { parseCustomerNumber, parseInstant, parseOrderNumber, parseSku } from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import type { OrderQuery } from "./order-book.ts";
import { createOrderBook } from "./order-book-postgres.ts";
import { openingRowOf, saveSourceOrders } from "./order-book-writer.ts";
import { openOrder } from "@crossdock/domain";
import { draftOf, sourceOrderOf } from "./testing/drafts.ts";

const seenAt = parseInstant("2026-11-21T10:00:00Z");
let opened: TestLedger;

beforeAll(async () => {
  opened = await openTestLedger();
  const history = Array.from({ length: 25 }, (_, at) =>
    sourceOrderOf(`SO-${String(at + 100)}`, `2026-10-${String((at % 5) + 1).padStart(2, "0")}`, {
      customerNumber: parseCustomerNumber(at % 2 === 0 ? "C10010" : "C10020"),
    }),
  );
  await opened.ledger.transaction(async (trx) => {
    await saveSourceOrders(trx, history, seenAt);
    const { state } = openOrder("BBBBBBBBB1" as never, draftOf("BBBBBBBBB1"));
    const row = { ...openingRowOf(state), state: JSON.stringify(state) };
    await trx.insertInto("order_book").values(row).execute();
  });
}, 30_000);
afterAll(() => opened.close());

const query = (more: Partial<OrderQuery>): OrderQuery => ({
  visibleTo: "all",
  sort: "PLACED_AT_DESC",
  first: 10,
  after: null,
  ...more,
});

for (const sort of ["PLACED_AT_DESC", "PLACED_AT_ASC", "NUMBER_ASC", "NUMBER_DESC"] as const) {
  test(`pages sorted by ${sort} hold every order once, also when orders come in between`, async () => {
    const book = createOrderBook(opened.ledger);
    const seen: string[] = [];
    let after: OrderQuery["after"] = null;
    for (;;) {
      const page = await book.listOrders(query({ sort, after, first: 7 }));
      seen.push(...page.orders.map(({ record }) => record.id));
      after = page.orders.at(-1)?.position ?? null;
      if (!page.hasNextPage) break;
    }
    expect(seen).toHaveLength(26);
    expect(new Set(seen).size).toBe(26);
  });
}

test("filters narrow a list and its count alike", async () => {
  const book = createOrderBook(opened.ledger);
  const cases: [Partial<OrderQuery>, number][] = [
    [{ customerNumber: parseCustomerNumber("C10020") }, 12],
    [{ visibleTo: [parseCustomerNumber("C10010")] }, 14],
    [{ visibleTo: [] }, 0],
    [{ statuses: ["SUBMITTED"] }, 1],
    [{ customerReference: "PO-SO-103" }, 1],
    [{ sku: parseSku("NG-10001") }, 1],
    [
      {
        placedFrom: parseInstant("2026-10-05T00:00:00Z"),
        placedTo: parseInstant("2026-10-06T00:00:00Z"),
      },
      5,
    ],
  ];
  for (const [filter, expected] of cases) {
    expect(await book.countOrders(query(filter), 100)).toBe(expected);
    const page = await book.listOrders(query({ ...filter, first: 100 }));
    expect(page.orders).toHaveLength(expected);
  }
});

test("an order that we took keeps its state and its name when the ERP shows it", async () => {
  const book = createOrderBook(opened.ledger);
  const shown = sourceOrderOf("SO-900", "2026-11-21", { key: draftOf("BBBBBBBBB1").key });
  await opened.ledger.transaction((trx) => saveSourceOrders(trx, [shown], seenAt));
  const [record] = await book.readOrders(["BBBBBBBBB1" as never]);
  expect(record).toMatchObject({
    status: "SUBMITTED",
    source: { order: { number: "SO-900" }, seenAt },
  });
  expect(await book.readOrdersByNumber([parseOrderNumber("SO-900")])).toEqual([null]);
});

test("reads answer in key order, with null for what is not in the book", async () => {
  const found = await createOrderBook(opened.ledger).readOrdersByNumber(
    ["SO-101", "SO-1", "SO-100"].map(parseOrderNumber),
  );
  expect(found.map((record) => record?.number ?? null)).toEqual(["SO-101", null, "SO-100"]);
});

test("an order of the ERP's own is found by the lines and the reference that it has now", async () => {
  const book = createOrderBook(opened.ledger);
  const lookFor = (sku: string) =>
    book.countOrders(query({ sku: parseSku(sku), customerNumber: parseCustomerNumber("C30") }), 10);
  const before = sourceOrderOf("SO-800", "2026-11-01", {
    customerNumber: parseCustomerNumber("C30"),
  });
  const lines = before.lines.map((line) => ({ ...line, sku: parseSku("NG-10077") }));
  const modifiedAt = parseInstant("2026-11-21T09:30:00Z");
  const after = { ...before, lines, customerReference: "PO-NEW", modifiedAt };
  await opened.ledger.transaction((trx) => saveSourceOrders(trx, [before], seenAt));
  expect([await lookFor("NG-10002"), await lookFor("NG-10077")]).toEqual([1, 0]);
  await opened.ledger.transaction((trx) => saveSourceOrders(trx, [after], seenAt));
  expect([await lookFor("NG-10002"), await lookFor("NG-10077")]).toEqual([0, 1]);
  expect(await book.countOrders(query({ customerReference: "PO-NEW" }), 10)).toBe(1);
});
