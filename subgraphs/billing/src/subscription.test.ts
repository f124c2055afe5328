import {
  parseCustomerNumber,
  parseInvoiceId,
  parseInvoiceNumber,
  parseOrderId,
  parseOrderNumber,
} from "@crossdock/domain";
import { encodeCursor, invoiceChanged } from "@crossdock/events";
import { dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openBillingBooks, type BillingBooks } from "./testing/books.ts";

const buyer = viewerOf("portal", ["C10010"]);
const operator = viewerOf("operator", "all");
let books: BillingBooks;

beforeAll(async () => {
  books = await openBillingBooks();
}, 30_000);
afterAll(() => books.close());

const FOLLOW = `subscription($customer: ID, $orders: [ID!], $after: EventCursor) {
  invoiceChanged(customerId: $customer, orderIds: $orders, after: $after) {
    cursor type occurredAt invoice { id number provenance { freshness } } } }`;

async function append(id: string, order: string, customer: string, change: "ISSUED" | "PAID") {
  const event = {
    ...invoiceChanged.create({
      invoiceId: parseInvoiceId(id),
      invoiceNumber: parseInvoiceNumber(`${order}-1`),
      change,
      status: change === "PAID" ? "PAID" : "POSTED",
      orderNumbers: [parseOrderNumber(order)],
      orderIds: [parseOrderId(`erp-${order}`)],
    }),
    customerNumber: parseCustomerNumber(customer),
  };
  const trace = { correlationId: "test", causationId: null, tenant: null };
  await books.ledger.transaction((trx) => books.eventLog.append(trx, [event], trace));
}

async function take(stream: AsyncIterator<unknown>) {
  const step = await stream.next();
  return dataOf(step.value as never).invoiceChanged;
}

test("a subscriber gets what happens to the invoices that it may see, and goes on from a cursor", async () => {
  const after = encodeCursor(await books.eventLog.head());
  await append("I0", "SO-1000", "C10010", "ISSUED");
  await append("I-OTHER", "SO-1900", "C10020", "ISSUED");
  await append("I1", "SO-1001", "C10010", "PAID");
  const stream = await books.asker.follow(FOLLOW, buyer, { after });
  const first = await take(stream);
  expect(first).toMatchObject({
    type: "ISSUED",
    occurredAt: "2026-11-21T12:00:00.000Z",
    invoice: { id: "I0", number: "SO-1000-1", provenance: { freshness: "CACHED" } },
  });
  expect(await take(stream)).toMatchObject({ type: "PAID", invoice: { id: "I1" } });
  await stream.return?.();

  const again = await books.asker.follow(FOLLOW, buyer, { after: first.cursor });
  expect(await take(again)).toMatchObject({ type: "PAID", invoice: { id: "I1" } });
  await again.return?.();
  expect(books.calls).toEqual([]);
});

test("each argument of a subscription narrows it", async () => {
  const after = encodeCursor(await books.eventLog.head());
  await append("I2", "SO-1002", "C10010", "ISSUED");
  await append("I3", "SO-1003", "C10010", "ISSUED");
  await append("I-OTHER", "SO-1900", "C10020", "ISSUED");
  const cases: [object, string][] = [
    [{ orders: ["erp-SO-1003"] }, "I3"],
    [{ customer: "C10020" }, "I-OTHER"],
  ];
  for (const [variables, expected] of cases) {
    const stream = await books.asker.follow(FOLLOW, operator, { ...variables, after });
    expect((await take(stream)).invoice.id).toBe(expected);
    await stream.return?.();
  }
});

test("a subscription that cannot be opened says why", async () => {
  const refused = (variables: Record<string, unknown>, viewer: typeof buyer | null) =>
    expect(books.asker.follow(FOLLOW, viewer, variables)).rejects;
  await refused({ orders: ["?"] }, buyer).toMatchObject({ extensions: { code: "BAD_USER_INPUT" } });
  await refused({}, null).toMatchObject({ extensions: { code: "UNAUTHENTICATED" } });
});

describe("a snapshot of invoices", () => {
  const NOW = `subscription($customer: ID, $orders: [ID!], $after: EventCursor) {
    invoiceChanged(customerId: $customer, orderIds: $orders, after: $after, fromSnapshot: true) {
      cursor type invoice { id balance { amount } } } }`;

  async function open(variables: Record<string, unknown>, viewer = buyer) {
    const stream = await books.asker.follow(NOW, viewer, variables);
    const next = async (count: number) => {
      const taken = [];
      while (taken.length < count) taken.push(await take(stream));
      return taken as { cursor: string; type: string; invoice: { id: string } }[];
    };
    return { next, close: () => stream.return?.() };
  }

  test("has each that the viewer may see once, also when it is cut, then what happened; finance is not asked", async () => {
    const { length } = await books.ledger.db
      .selectFrom("invoice_book")
      .select("id")
      .where("customer_number", "=", "C10010")
      .execute();
    books.calls.length = 0;
    const first = await open({});
    const before = await first.next(20);
    await first.close();
    await append("I4", "SO-1004", "C10010", "PAID");
    const second = await open({ after: before.at(-1)?.cursor });
    const after = await second.next(length - 20 + 1);
    await second.close();
    const all = [...before, ...after.slice(0, -1)];
    expect(all.every(({ type }) => type === "SNAPSHOT")).toBe(true);
    expect(new Set(all.map(({ invoice }) => invoice.id)).size).toBe(length);
    expect(all.some(({ invoice }) => invoice.id === "I-OTHER")).toBe(false);
    expect(after.at(-1)).toMatchObject({ type: "PAID", invoice: { id: "I4" } });
    expect(books.calls).toEqual([]);
  });

  test("has what the filters name", async () => {
    const some = await open({ orders: ["erp-SO-1003", "erp-SO-1900", "erp-SO-NONE"] });
    expect(await some.next(1)).toMatchObject([{ type: "SNAPSHOT", invoice: { id: "I3" } }]);
    await append("I3", "SO-1003", "C10010", "PAID");
    expect(await some.next(1)).toMatchObject([{ type: "PAID", invoice: { id: "I3" } }]);
    await some.close();
    const theirs = await open({ customer: "C10020" }, operator);
    expect(await theirs.next(1)).toMatchObject([{ invoice: { id: "I-OTHER" } }]);
    await theirs.close();
    const none = await open({ customer: "C10020" });
    const silence = none.next(1).catch(() => "over");
    await append("I-OTHER", "SO-1900", "C10020", "ISSUED");
    await none.close();
    expect(await silence).toBe("over");
  });
});
