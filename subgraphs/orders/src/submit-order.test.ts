import {
  createCommandWorker,
  defineHandler,
  openCommandQueues,
  submitOrder,
  succeed,
} from "@crossdock/commands";
import {
  addDecimals,
  money,
  parseCustomerNumber,
  parseDecimal,
  parseOrderNumber,
  roundDecimal,
  subtractDecimals,
  ZERO,
  type OrderId,
} from "@crossdock/domain";
import { createOrderBook, HISTORY_READ, type OrderEffect } from "@crossdock/processes";
import { openStand, operator, portal, silent, summit, type Stand } from "./testing/stand.ts";

const BUYER = parseCustomerNumber("C10010");
const NOW = "2026-11-21T08:00:00.000Z";

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
});
afterAll(() => stand.close());

const SUBMIT = `mutation ($input: SubmitOrderInput!) {
  submitOrder(input: $input) {
    command { id status idempotencyKey type attempts subject { typename id } }
    order { id number status channel customerReference subtotal { amount currency }
      shipTo { city country } lines { lineNumber ordered { value uom } unitPrice { amount } priceBasis } }
    cursor replayed userErrors { code field message }
  }
}`;
let keys = 0;
const input = (rest: Record<string, unknown> = {}) => ({
  idempotencyKey: `key-${String((keys += 1))}`,
  customerId: "C10010",
  lines: [{ sku: "NG-1", quantity: "12" }],
  ...rest,
});
const submit = async (given: Record<string, unknown>, viewer = portal) => {
  const { data, codes, replayed } = await stand.ask(SUBMIT, { input: given }, viewer);
  return { ...(data?.submitOrder ?? {}), codes, told: replayed };
};
const refusals = (answer: { userErrors: { code: string; field: string[] | null }[] }) =>
  answer.userErrors.map(({ code, field }) => [code, field?.join(".") ?? null]);
const commandCount = async () =>
  (await stand.commandLog.list({ customerNumbers: "all", first: 1, after: null })).total;

test("an order that passes the rules is accepted, and is in the book before the answer", async () => {
  const answer = await submit(
    input({
      customerReference: " PO-7 ",
      lines: [
        { sku: "NG-1", quantity: "12", expectedUnitPrice: "3.5" },
        { sku: "NG-2", quantity: "2", uom: "BX" },
      ],
    }),
  );
  expect(answer.userErrors).toEqual([]);
  expect(answer.command).toMatchObject({
    status: "ACCEPTED",
    type: "orders.submitOrder",
    attempts: 0,
    subject: null,
  });
  expect(answer.order).toMatchObject({
    number: null,
    status: "SUBMITTED",
    channel: "PORTAL",
    customerReference: "PO-7",
    subtotal: { amount: "282.00", currency: "USD" },
    shipTo: { city: "Portland", country: "US" },
    lines: [
      { lineNumber: 1, ordered: { value: "12", uom: "EA" }, priceBasis: "CONTRACT" },
      { lineNumber: 2, ordered: { value: "2", uom: "BX" }, priceBasis: "LIST" },
    ],
  });
  expect(answer.order.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
  const { data } = await stand.ask(`{ order(id: "${answer.order.id}") { status } }`);
  expect(data.order).toEqual({ status: "SUBMITTED" });
});

test("the systems are read once each, however many lines there are", async () => {
  const lines = Array.from({ length: 40 }, () => ({ sku: "NG-1", quantity: "1" }));
  await submit(input({ lines: [...lines, { sku: "NG-2", quantity: "1" }] }));
  expect([...stand.systems.calls].sort()).toEqual([
    "listWarehouses(0)",
    "readCustomers(1)",
    "readPriceLines(2)",
    "readProducts(2)",
    "readReceivables(1)",
    "readStock(2)",
  ]);
});

test("a repeat gets the first command and order again, even when the rules would refuse it now", async () => {
  const given = input({ customerReference: "PO-8" });
  const first = await submit(given);
  const account = stand.systems.customers.get("C10010");
  if (account === undefined) throw new Error("no account");
  stand.systems.customers.set("C10010", { ...account, status: "ON_HOLD" });
  const again = await submit({ ...given, waitMs: 0, allowBackorder: true, warehouse: null });
  const other = await submit(input());
  stand.systems.customers.set("C10010", account);
  expect(again.command.id).toBe(first.command.id);
  expect(again.order.id).toBe(first.order.id);
  expect(again.userErrors).toEqual([]);
  expect(refusals(other)).toEqual([["CUSTOMER_ON_HOLD", "customerId"]]);
});

test("a repeat is marked as one, and a first answer is not", async () => {
  const given = input();
  const before = await submit(given);
  const again = await submit(given);
  const refused = await submit({ ...given, lines: [] });
  expect([before, again, refused].map(({ replayed }) => replayed)).toEqual([false, true, false]);
  expect([before, again, refused].map(({ told }) => told)).toEqual([[], [before.command.id], []]);
});

const followedFrom = async (cursor: string, count: number) => {
  const end = new AbortController();
  const query = `subscription { orderChanged(after: "${cursor}") { type order { id } } }`;
  const events = await stand.follow(query, portal, end.signal);
  const seen: unknown[] = [];
  while (seen.length < count) {
    const { value } = await events.next();
    seen.push([value.data.orderChanged.type, value.data.orderChanged.order.id]);
  }
  await events.return?.();
  return seen;
};

test("the cursor of an answer misses nothing of its order, also not that of a repeat", async () => {
  const given = input();
  const first = await submit(given);
  const second = await submit(input());
  const again = await submit(given);
  expect(await followedFrom(first.cursor, 2)).toEqual([
    ["SUBMITTED", first.order.id],
    ["SUBMITTED", second.order.id],
  ]);
  expect(again.cursor).toBe(first.cursor);
  expect(second.cursor).not.toBe(first.cursor);
});

test("there is no cursor when nothing was accepted, or the log has forgotten the beginning", async () => {
  expect((await submit(input({ lines: [] }))).cursor).toBeNull();
  const given = input();
  await submit(given);
  await stand.eventLog.discardThrough(await stand.eventLog.head());
  expect((await submit(given)).cursor).toBeNull();
  const next = await submit(input());
  expect(await followedFrom(next.cursor, 1)).toEqual([["SUBMITTED", next.order.id]]);
});

test("a key used again for something else is a conflict that names the first command", async () => {
  const given = input();
  const first = await submit(given);
  const second = await submit({ ...given, lines: [{ sku: "NG-1", quantity: "13" }] });
  expect(refusals(second)).toEqual([["IDEMPOTENCY_CONFLICT", "idempotencyKey"]]);
  expect(second.userErrors[0].message).toContain(first.command.id);
  expect(second).toMatchObject({ command: null, order: null });
});

test("another account's use of a key is a conflict that names nothing", async () => {
  const given = input();
  const first = await submit(given);
  const second = await submit({ ...given, customerId: "C10020" }, summit);
  expect(refusals(second)).toEqual([["IDEMPOTENCY_CONFLICT", "idempotencyKey"]]);
  expect(JSON.stringify(second)).not.toContain(first.command.id);
});

test("twenty equal requests at the same moment make one order", async () => {
  const before = await commandCount();
  const given = input({ customerReference: "PO-once" });
  const answers = await Promise.all(Array.from({ length: 20 }, () => submit(given)));
  expect(new Set(answers.map(({ order }) => order.id)).size).toBe(1);
  expect(await commandCount()).toBe(before + 1);
  const { data } = await stand.ask(
    `{ orders(filter: { customerReference: "PO-once" }) { totalCount } }`,
  );
  expect(data.orders.totalCount).toBe(1);
});

test("what is wrong is told all at once, with its place, and nothing is accepted", async () => {
  const before = await commandCount();
  const answer = await submit(
    input({
      idempotencyKey: "",
      customerReference: "x".repeat(36),
      shipTo: { lines: [], city: " ", country: "ZZ" },
      warehouse: "MOON",
      waitMs: 10_001,
      lines: [
        { sku: "NG-1", quantity: "0" },
        { sku: "?!", quantity: "1" },
        { sku: "NG-OFF", quantity: "1" },
        { sku: "NG-1", quantity: "1", uom: "PF" },
        { sku: "NG-1", quantity: "1", expectedUnitPrice: "3.99" },
      ],
    }),
  );
  expect(refusals(answer)).toEqual([
    ["INVALID_VALUE", "idempotencyKey"],
    ["INVALID_VALUE", "customerReference"],
    ["INVALID_ADDRESS", "shipTo.lines"],
    ["INVALID_ADDRESS", "shipTo.city"],
    ["INVALID_ADDRESS", "shipTo.country"],
    ["INVALID_VALUE", "waitMs"],
    ["INVALID_QUANTITY", "lines.0.quantity"],
    ["UNKNOWN_SKU", "lines.1.sku"],
    ["UNKNOWN_SKU", "lines.2.sku"],
    ["INVALID_UOM", "lines.3.uom"],
    ["PRICE_MISMATCH", "lines.4.expectedUnitPrice"],
    ["UNKNOWN_WAREHOUSE", "warehouse"],
  ]);
  expect(answer).toMatchObject({ command: null, order: null, codes: [] });
  expect(await commandCount()).toBe(before);
});

test.each([
  ["an order without lines", { lines: [] }, "EMPTY_ORDER"],
  ["501 lines", { lines: Array(501).fill({ sku: "NG-1", quantity: "1" }) }, "TOO_MANY_LINES"],
  ["a key of 256 characters", { idempotencyKey: "k".repeat(256) }, "INVALID_VALUE"],
  ["an account that does not exist", { customerId: "C99999" }, "UNKNOWN_CUSTOMER"],
  ["an account of somebody else", { customerId: "C10020" }, "UNKNOWN_CUSTOMER"],
  ["an account's number of the wrong shape", { customerId: "%" }, "UNKNOWN_CUSTOMER"],
  [
    "more than the stock when nothing may wait",
    { allowBackorder: false, lines: [{ sku: "NG-1", quantity: "101" }] },
    "INSUFFICIENT_STOCK",
  ],
])("%s is refused", async (_what, rest, code) => {
  const answer = await submit(input(rest));
  expect(refusals(answer).map(([refused]) => refused)).toEqual([code]);
});

/** Runs `work` while the account has another credit limit; `null` is none. */
async function withLimit<Result>(
  limit: string | null,
  work: () => Promise<Result>,
): Promise<Result> {
  const account = stand.systems.customers.get("C10010");
  if (account === undefined) throw new Error("no account");
  const creditLimit = limit === null ? null : money(parseDecimal(limit), account.currency);
  stand.systems.customers.set("C10010", { ...account, creditLimit });
  try {
    return await work();
  } finally {
    stand.systems.customers.set("C10010", account);
  }
}

const unbilled = async () =>
  (await createOrderBook(stand.ledger).readUnbilledTotal(BUYER))?.amount ?? ZERO;

test("what was ordered and is not billed counts against the credit, to the cent", async () => {
  const order = () => submit(input({ lines: [{ sku: "NG-2", quantity: "1" }] })); // 10.00
  const owed = addDecimals(parseDecimal("500"), await unbilled());
  const enough = addDecimals(owed, parseDecimal("10"));
  expect((await withLimit(enough, order)).userErrors).toEqual([]);
  expect(refusals(await withLimit(enough, order))).toEqual([["CREDIT_EXCEEDED", null]]);
});

test("five hundred lines are taken", async () => {
  const lines = Array(500).fill({ sku: "NG-1", quantity: "1" });
  const answer = await submit(input({ customerId: "C10020", lines }), operator);
  expect(answer.userErrors).toEqual([]);
  expect(answer.order).toMatchObject({ channel: "SALES_REP", subtotal: { amount: "2000.00" } });
  expect(answer.order.lines).toHaveLength(500);
});

test("without the scope nothing is taken", async () => {
  const { codes } = await submit(input(), { ...portal, scopes: ["orders:read"] });
  expect(codes).toEqual(["FORBIDDEN"]);
});

test.each(["erp", "wms", "finance"])(
  "while %s does not answer nothing is accepted",
  async (name) => {
    const before = await commandCount();
    stand.systems.down.add(name);
    const { codes } = await submit(input());
    stand.systems.down.delete(name);
    expect(codes).toEqual(["SOURCE_UNAVAILABLE"]);
    expect(await commandCount()).toBe(before);
  },
);

test("an account without a limit buys while finance does not answer", async () => {
  stand.systems.down.add("finance");
  const answer = await withLimit(null, () => submit(input()));
  stand.systems.down.delete("finance");
  expect(answer.command.status).toBe("ACCEPTED");
});

test("once finance's history is in the books, an order does not wait for finance", async () => {
  await stand.ledger.db
    .insertInto("feed_watermarks")
    .values({ feed: `finance-invoice${HISTORY_READ}`, watermark: NOW, swept_at: NOW })
    .execute();
  stand.systems.down.add("finance");
  const answer = await submit(input());
  stand.systems.down.delete("finance");
  await stand.ledger.db.deleteFrom("feed_watermarks").execute();
  expect(answer.command.status).toBe("ACCEPTED");
});

test("a preview says what a submission would, and accepts nothing", async () => {
  const before = await commandCount();
  const owed = await unbilled();
  const { data } = await stand.ask(
    `query ($input: SubmitOrderInput!) { previewOrder(input: $input) {
      lines { sku quantity { value uom } price { unitPrice { amount } basis explanation }
        lineTotal { amount } availableToPromise { value } backorder { value } }
      subtotal { amount } total { amount } tax { amount } warehouse creditAvailable { amount }
      userErrors { code } } }`,
    { input: input({ lines: [{ sku: "NG-1", quantity: "10", uom: "BX" }] }) },
  );
  expect(data.previewOrder).toMatchObject({
    lines: [
      {
        sku: "NG-1",
        quantity: { value: "120", uom: "EA" },
        price: { unitPrice: { amount: "42.00" }, basis: "CONTRACT" },
        lineTotal: { amount: "420.00" },
        availableToPromise: { value: "100" },
        backorder: { value: "20" },
      },
    ],
    subtotal: { amount: "420.00" },
    total: { amount: "420.00" },
    tax: null,
    warehouse: "EAST",
    creditAvailable: { amount: roundDecimal(subtractDecimals(parseDecimal("99500"), owed), 2) },
    userErrors: [],
  });
  expect(await commandCount()).toBe(before);
});

test("a client that waits gets the ERP's number, as soon as there is one", async () => {
  const queues = await openCommandQueues({
    ledger: stand.ledger,
    redisUrl: null,
    logger: silent,
  });
  const worker = createCommandWorker({
    ledger: stand.ledger,
    log: stand.commandLog,
    queues,
    handlers: [
      defineHandler(submitOrder, {
        settleMs: 0,
        lookUp: null,
        execute: async ({ data }) => {
          const orderId = data.key as string as OrderId;
          const number = parseOrderNumber(`SO-${data.key}`);
          const event = {
            kind: "orderCreated",
            at: stand.clock.now(),
            source: "erp",
            number,
          } as const;
          const orders: readonly OrderEffect[] = [{ orderId, event }];
          return succeed({ typename: "Order", id: orderId, effects: { orders, events: [] } });
        },
      }),
    ],
    concurrency: { erp: 2, wms: 0, finance: 0 },
    attemptMs: 5_000,
    logger: silent,
  });
  await worker.start();
  const answer = await submit(input({ waitMs: 10_000 }));
  await worker.stop();
  await queues.close();
  expect(answer.command).toMatchObject({
    status: "SUCCEEDED",
    attempts: 1,
    subject: { typename: "Order", id: answer.order.id },
  });
  expect(answer.order).toMatchObject({
    status: "CONFIRMED",
    number: `SO-${String(answer.order.id)}`,
  });
});
