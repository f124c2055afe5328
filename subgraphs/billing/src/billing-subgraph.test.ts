import { parseCustomerNumber, parseInstant, parseLocalDate, type OrderId } from "@crossdock/domain";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openBillingBooks, ORDERS, type BillingBooks } from "./testing/books.ts";
import { createOrderBook, saveInvoices } from "@crossdock/processes";
import { invoiceOf, orderNumberOf, SEEN_AT } from "./testing/documents.ts";
import { OUR_ORDER } from "./testing/our-order.ts";

const buyer = viewerOf("portal", ["C10010"]);
const stranger = viewerOf("portal", ["C10020"]);
const operator = viewerOf("operator", "all");
let books: BillingBooks;

beforeAll(async () => {
  books = await openBillingBooks();
}, 30_000);
beforeEach(() => {
  books.restart();
  books.calls.length = 0;
  books.down.clear();
});
afterAll(() => books.close());

const ONE = `query($id: ID, $number: String) { invoice(id: $id, number: $number) {
  id number status issuedOn dueOn balance { amount currency } customer { id } orders { id }
  shipments { id } lines { lineNumber product { id } orderLine { id } quantity { value uom } }
  payments { id } creditMemos { id } blockers { code }
  postings { source state documentNumber postedAt lagSeconds }
  provenance { source asOf freshness } } }`;

test("an invoice is what finance says now, found by id or number", async () => {
  for (const name of [{ id: "I-BOTH" }, { number: "INV-77" }]) {
    expect(dataOf(await books.asker.ask(ONE, buyer, name)).invoice).toEqual({
      id: "I-BOTH",
      number: "INV-77",
      status: "POSTED",
      issuedOn: "2026-11-20",
      dueOn: "2026-12-20",
      balance: { amount: "10.80", currency: "USD" },
      customer: { id: "C10010" },
      orders: [{ id: "erp-SO-1000" }, { id: "erp-SO-1001" }],
      shipments: [{ id: "W0" }],
      lines: [0, 1].map((order) => ({
        lineNumber: order + 1,
        product: { id: "NG-10001" },
        orderLine: { id: `erp-SO-100${String(order)}/1` },
        quantity: { value: "4", uom: "EA" },
      })),
      payments: [],
      creditMemos: [],
      blockers: [],
      postings: [
        {
          source: "finance",
          state: "POSTED",
          documentNumber: "INV-77",
          postedAt: null,
          lagSeconds: null,
        },
      ],
      provenance: { source: "finance", asOf: "2026-11-21T12:00:00.000Z", freshness: "LIVE" },
    });
  }
  expect(codesOf(await books.asker.ask(ONE, buyer))).toEqual(["BAD_USER_INPUT"]);
});

test("the bill of a shipment of ours names the shipment, and how late it was", async () => {
  const { invoice } = dataOf(await books.asker.ask(ONE, buyer, { number: "SO-5000-1" }));
  expect(invoice.shipments).toEqual([{ id: "W-A" }]);
  expect(invoice.postings).toMatchObject([
    { postedAt: "2026-11-21T09:01:00.000Z", lagSeconds: 60 },
  ]);
});

test("another account's invoice reads like one that does not exist", async () => {
  const unknown = await books.asker.ask(ONE, stranger, { id: "NOWHERE" });
  expect(dataOf(unknown).invoice).toBeNull();
  for (const name of [{ id: "I0" }, { number: "SO-1000-1" }, { id: "<script>" }, { number: "" }]) {
    expect(await books.asker.ask(ONE, stranger, name)).toEqual(unknown);
  }
  expect(codesOf(await books.asker.ask(ONE, null, { id: "I0" }))).toEqual(["UNAUTHENTICATED"]);
});

test("entities of another account are null or bare, like unknown ones", async () => {
  const representations = [
    { __typename: "Invoice", id: "I0" },
    { __typename: "Order", id: "erp-SO-1000" },
    { __typename: "Customer", id: "C10010" },
    { __typename: "Customer", id: "<>" },
    { __typename: "Shipment", id: "W0" },
    { __typename: "Shipment", id: "NOWHERE" },
  ];
  const selection = `... on Invoice { id } ... on Order { id } ... on Customer { id }
    ... on Shipment { invoices { id } }`;
  const foreign = await books.asker.entities(selection, representations, stranger);
  const nothing = { invoices: [] };
  expect(dataOf(foreign)._entities).toEqual([null, null, null, null, nothing, nothing]);
  const own = await books.asker.entities(selection, representations, buyer);
  expect(dataOf(own)._entities).toEqual([
    { id: "I0" },
    { id: "erp-SO-1000" },
    { id: "C10010" },
    null,
    { invoices: [{ id: "I-BOTH" }, { id: "I0" }] },
    nothing,
  ]);
});

test("an order that its request was shown is not read again, and judged all the same", async () => {
  const id = "erp-SO-1000" as OrderId;
  const [inBook] = await createOrderBook(books.ledger).readOrders([id]);
  if (inBook == null) throw new Error("There is no order.");
  const asShown = new Map([[id, { ...inBook, customerNumber: parseCustomerNumber("C10020") }]]);
  const ask = async (viewer: typeof buyer) => {
    const order = { __typename: "Order", id };
    return dataOf(await books.asker.entities("... on Order { id }", [order], viewer, asShown));
  };
  expect(await ask(stranger)).toEqual({ _entities: [{ id }] });
  expect(await ask(buyer)).toEqual({ _entities: [null] });
});

test("the invoices of 50 orders are one call to finance", async () => {
  const representations = Array.from({ length: ORDERS }, (_, index) => ({
    __typename: "Order",
    id: `erp-SO-${String(1_000 + index)}`,
  }));
  const result = await books.asker.entities(
    "... on Order { invoices { id total { amount } provenance { freshness } } billing { ready } }",
    representations,
    buyer,
  );
  const orders = dataOf(result)._entities;
  expect(orders[0].invoices.map(({ id }: { id: string }) => id)).toEqual(["I-BOTH", "I0"]);
  expect(orders[7]).toEqual({
    invoices: [{ id: "I7", total: { amount: "10.80" }, provenance: { freshness: "LIVE" } }],
    billing: { ready: true },
  });
  expect(books.calls).toEqual([`readInvoicesByNumber(${String(ORDERS + 1)})`]);
});

test("an order's bills are those that were made, each with its shipment", async () => {
  const result = await books.asker.entities(
    "... on Order { invoices { id shipments { id } } } ... on Shipment { invoices { number } }",
    [
      { __typename: "Order", id: OUR_ORDER },
      { __typename: "Shipment", id: "W-A" },
    ],
    buyer,
  );
  expect(dataOf(result)._entities).toEqual([
    { invoices: [{ id: "I-OURS", shipments: [{ id: "W-A" }] }] },
    { invoices: [{ number: "SO-5000-1" }] },
  ]);
});

test("a shipped order without a known bill is tried under its first bill's number", async () => {
  const bills = (id: string) =>
    books.asker.entities("... on Order { invoices { id } }", [{ __typename: "Order", id }], buyer);
  expect(dataOf(await bills("erp-SO-1901"))._entities).toEqual([
    { invoices: [{ id: "I-UNSEEN" }] },
  ]);
  expect(books.calls).toEqual(["readInvoicesByNumber(1)"]);
  books.calls.length = 0;
  expect(dataOf(await bills("erp-SO-1902"))._entities).toEqual([{ invoices: [] }]);
  expect(books.calls).toEqual([]);
});

test("while finance is down the book answers, and says so", async () => {
  books.down.add("finance");
  for (const name of [{ id: "I0" }, { number: "SO-1000-1" }]) {
    const { invoice } = dataOf(await books.asker.ask(ONE, buyer, name));
    expect(invoice.provenance).toEqual({ source: "finance", asOf: SEEN_AT, freshness: "STALE" });
  }
  const result = await books.asker.entities(
    "... on Order { invoices { id } }",
    ["erp-SO-1000", "erp-SO-1901", "erp-SO-1902"].map((id) => ({ __typename: "Order", id })),
    buyer,
  );
  expect(JSON.parse(JSON.stringify(result.data))._entities).toEqual([
    { invoices: [{ id: "I-BOTH" }, { id: "I0" }] },
    null,
    { invoices: [] },
  ]);
  expect(codesOf(result)).toEqual(["SOURCE_UNAVAILABLE"]);
});

const OWES = `... on Customer { id creditLimit { amount } creditAvailable { amount }
  balance { amount currency } overdue { amount } aging { fromDays toDays amount { amount } } }`;

test("what accounts owe is one call to each source, and may be over the limit", async () => {
  const representations = ["C10010", "C10020", "C10030"].map((id) => ({
    __typename: "Customer",
    id,
  }));
  const result = await books.asker.entities(OWES, representations, operator);
  expect(dataOf(result)._entities).toEqual([
    {
      id: "C10010",
      creditLimit: { amount: "1000.00" },
      creditAvailable: { amount: "-200.50" },
      balance: { amount: "1200.50", currency: "USD" },
      overdue: { amount: "200.50" },
      aging: [
        { fromDays: 0, toDays: 0, amount: { amount: "1000.00" } },
        { fromDays: 1, toDays: null, amount: { amount: "200.50" } },
      ],
    },
    {
      id: "C10020",
      creditLimit: { amount: "1000.00" },
      creditAvailable: { amount: "1000.00" },
      balance: { amount: "0.00", currency: "USD" },
      overdue: { amount: "0.00" },
      aging: [],
    },
    {
      id: "C10030",
      creditLimit: null,
      creditAvailable: null,
      balance: { amount: "0.00", currency: "USD" },
      overdue: { amount: "0.00" },
      aging: [],
    },
  ]);
  expect(books.calls.sort()).toEqual(["readCustomers(3)", "readReceivables(3)"]);
});

test("what an account owes is not guessed while a source is down", async () => {
  const account = [{ __typename: "Customer", id: "C10010" }];
  books.down.add("erp");
  const limits = await books.asker.entities(
    "... on Customer { creditLimit { amount } balance { amount } }",
    account,
    buyer,
  );
  expect(JSON.parse(JSON.stringify(limits.data))._entities).toEqual([
    { creditLimit: null, balance: { amount: "1200.50" } },
  ]);
  expect(codesOf(limits)).toEqual(["SOURCE_UNAVAILABLE"]);
});

describe("while the book follows finance", () => {
  const THROUGH = parseInstant("2026-11-21T11:59:30Z");
  beforeEach(() => {
    books.followTo(THROUGH);
  });
  const inBook = { source: "finance", asOf: THROUGH, freshness: "CACHED" };
  const billsOf = async (...ids: readonly string[]) => {
    const representations = ids.map((id) => ({ __typename: "Order", id }));
    const selection = "... on Order { invoices { id provenance { source asOf freshness } } }";
    return dataOf(await books.asker.entities(selection, representations, buyer))._entities;
  };

  test("invoices of any name and orders with theirs are the book's, and finance is not asked", async () => {
    for (const name of [{ id: "I0" }, { number: "SO-1000-1" }]) {
      const { invoice } = dataOf(await books.asker.ask(ONE, buyer, name));
      expect(invoice).toMatchObject({ id: "I0", provenance: inBook });
    }
    expect(await billsOf("erp-SO-1000", "erp-SO-1902")).toEqual([
      {
        invoices: [
          { id: "I-BOTH", provenance: inBook },
          { id: "I0", provenance: inBook },
        ],
      },
      { invoices: [] },
    ]);
    // What was shipped and has no bill in the book, has none in finance.
    expect(await billsOf("erp-SO-1901")).toEqual([{ invoices: [] }]);
    const list = await books.asker.ask("{ invoices(first: 20) { edges { node { id } } } }", buyer);
    expect(dataOf(list).invoices.edges).toHaveLength(20);
    expect(books.calls).toEqual([]);
  });

  test("finance is asked for what the book has not heard of yet, also for a bill that was just made", async () => {
    const unseen = await books.asker.ask(ONE, buyer, { id: "I-UNSEEN" });
    expect(dataOf(unseen).invoice.provenance.freshness).toBe("LIVE");
    expect(await billsOf(OUR_ORDER)).toMatchObject([{ invoices: [{ id: "I-OURS" }] }]);
    expect(books.calls).toEqual(["readInvoices(1)", "readInvoicesByNumber(1)"]);
  });

  test("finance is asked once the feed was not read through for two minutes", async () => {
    books.followTo(parseInstant("2026-11-21T11:57:59Z"));
    const { invoice } = dataOf(await books.asker.ask(ONE, buyer, { id: "I0" }));
    expect(invoice.provenance.freshness).toBe("LIVE");
    expect(books.calls).toEqual(["readInvoices(1)"]);
  });

  test("an account's invoices stay its own", async () => {
    for (const name of [{ id: "I-OTHER" }, { number: "SO-1900-1" }]) {
      expect(dataOf(await books.asker.ask(ONE, buyer, name)).invoice).toBeNull();
      expect(dataOf(await books.asker.ask(ONE, stranger, name)).invoice.id).toBe("I-OTHER");
    }
  });

  test("an invoice that was due yesterday is overdue today, though nothing has told of it", async () => {
    const due = { dueOn: parseLocalDate("2026-11-20"), status: "PARTIALLY_PAID" as const };
    const invoice = invoiceOf("I-DUE", "INV-DUE", [orderNumberOf(3)], due);
    await books.ledger.transaction((trx) => saveInvoices(trx, [invoice], SEEN_AT));
    const shown = dataOf(await books.asker.ask(ONE, buyer, { id: "I-DUE" })).invoice;
    expect(shown).toMatchObject({ status: "OVERDUE", blockers: [{ code: "OVERDUE" }] });
  });
});
