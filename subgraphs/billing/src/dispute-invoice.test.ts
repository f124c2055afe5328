import { parseInstant, type Invoice, type InvoiceStatus } from "@crossdock/domain";
import { encodeCursor } from "@crossdock/events";
import { saveInvoices } from "@crossdock/processes";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { sql } from "kysely";
import { openBillingBooks, type BillingBooks } from "./testing/books.ts";
import { invoiceOf, usd } from "./testing/documents.ts";

const buyer = viewerOf("portal", ["C10010"]);
const stranger = viewerOf("portal", ["C10020"]);
const clerk = viewerOf("finance", "all");
const carrier = viewerOf("carrier", "all");
let books: BillingBooks;

beforeAll(async () => {
  books = await openBillingBooks();
}, 30_000);
beforeEach(() => {
  books.restart();
  books.down.clear();
});
afterAll(() => books.close());

const DISPUTE = `mutation($input: DisputeInvoiceInput!) { disputeInvoice(input: $input) {
  command { id status subject { typename id } } invoice { id status blockers { code message since owner } }
  replayed userErrors { code field } } }`;
const LIST = `query($status: [InvoiceStatus!]) { invoices(filter: { status: $status }, first: 100) {
  totalCount edges { node { id status } } } }`;

let serial = 0;
const input = (invoiceId: string, more: object = {}) => ({
  idempotencyKey: `dispute-${String((serial += 1))}`,
  invoiceId,
  reason: "Two boxes are missing.",
  ...more,
});
const dispute = async (asked: object, viewer = buyer) =>
  dataOf(await books.asker.ask(DISPUTE, viewer, { input: asked })).disputeInvoice;
const refused = async (asked: object, viewer = buyer) => {
  const answer = await dispute(asked, viewer);
  expect(answer).toMatchObject({ command: null, invoice: null, replayed: false });
  return answer.userErrors;
};
const idsOf = async (...status: InvoiceStatus[]): Promise<string[]> => {
  const { invoices } = dataOf(await books.asker.ask(LIST, buyer, { status }));
  const ids = invoices.edges.map(({ node }: { node: { id: string } }) => node.id);
  expect(invoices.totalCount).toBe(ids.length);
  return ids;
};
/** As finance's feed tells it. */
const tell = async (invoice: Invoice) => {
  books.change(invoice);
  const at = parseInstant("2026-11-21T13:00:00Z");
  await books.ledger.transaction((trx) => saveInvoices(trx, [invoice], at));
};

test("a buyer disputes an invoice of his account: it is done at once, shown and told", async () => {
  const after = encodeCursor(await books.eventLog.head());
  const { command, invoice, userErrors } = await dispute(input("I1"));
  expect(userErrors).toEqual([]);
  expect(command).toMatchObject({
    status: "SUCCEEDED",
    subject: { typename: "Invoice", id: "I1" },
  });
  expect(invoice).toEqual({
    id: "I1",
    status: "DISPUTED",
    blockers: [
      {
        code: "DISPUTED",
        message: "The customer does not agree: Two boxes are missing.",
        since: "2026-11-21T12:00:00.000Z",
        owner: "finance",
      },
    ],
  });
  expect(await idsOf("DISPUTED")).toEqual(["I1"]);
  expect(await idsOf("POSTED")).not.toContain("I1");

  const stream = await books.asker.follow(
    `subscription($after: EventCursor) { invoiceChanged(after: $after) { type invoice { id status } } }`,
    buyer,
    { after },
  );
  const step = await stream.next();
  expect(dataOf(step.value).invoiceChanged).toEqual({
    type: "DISPUTED",
    invoice: { id: "I1", status: "DISPUTED" },
  });
  await stream.return?.();
});

test("an overdue invoice that is disputed is listed as DISPUTED, and both stand in its way", async () => {
  const { invoice } = await dispute(input("I-LATE"));
  expect(invoice.status).toBe("DISPUTED");
  expect(invoice.blockers.map(({ code }: { code: string }) => code)).toEqual([
    "DISPUTED",
    "OVERDUE",
  ]);
  expect(await idsOf("OVERDUE")).toEqual([]);
});

test("the same key and input are one dispute; a second one is refused while the first is open", async () => {
  const asked = input("I2", { reason: " It was\n  agreed otherwise. " });
  const first = await dispute(asked);
  const again = await dispute({ ...asked, reason: "It was agreed otherwise." });
  expect(again).toMatchObject({ command: { id: first.command.id }, replayed: true });
  expect(await refused(input("I2"))).toEqual([{ code: "INVALID_STATUS", field: ["invoiceId"] }]);
  expect(await refused({ ...asked, reason: "Another." })).toEqual([
    { code: "IDEMPOTENCY_CONFLICT", field: ["idempotencyKey"] },
  ]);
});

test("of many who dispute an invoice at the same moment one does, and nothing is left of the others", async () => {
  const answers = await Promise.all(Array.from({ length: 6 }, () => dispute(input("I3"))));
  const done = answers.filter(({ command }) => command !== null);
  expect(done).toHaveLength(1);
  const others = answers.filter(({ command }) => command === null);
  for (const { userErrors } of others) {
    expect(userErrors).toEqual([{ code: "INVALID_STATUS", field: ["invoiceId"] }]);
  }
  const { rows } = await sql`select id from commands where subject = 'invoice:I3'`.execute(
    books.ledger.db,
  );
  expect(rows).toHaveLength(1);
});

test("a dispute ends when its invoice is settled, and does not come back with it", async () => {
  await dispute(input("I4"));
  const paid = invoiceOf("I4", "SO-1004-1", [], { status: "PAID", balance: usd("0") });
  await tell({ ...paid, modifiedAt: parseInstant("2026-11-21T12:30:00Z") });
  const ONE = `{ invoice(id: "I4") { status blockers { code } } }`;
  expect(dataOf(await books.asker.ask(ONE, buyer)).invoice).toEqual({
    status: "PAID",
    blockers: [],
  });
  await tell(
    invoiceOf("I4", "SO-1004-1", [], { modifiedAt: parseInstant("2026-11-21T12:40:00Z") }),
  );
  expect(dataOf(await books.asker.ask(ONE, buyer)).invoice.status).toBe("POSTED");
  expect((await dispute(input("I4"))).invoice.status).toBe("DISPUTED");
});

test.each<InvoiceStatus>(["DRAFT", "PAID", "CREDITED", "VOID"])(
  "a %s invoice is not open to dispute",
  async (status) => {
    books.invoices.set("I5", invoiceOf("I5", "SO-1005-1", [], { status }));
    expect(await refused(input("I5"))).toEqual([
      { code: "INVOICE_NOT_OPEN", field: ["invoiceId"] },
    ]);
  },
);

test("what the book knows better than finance's answer decides", async () => {
  const paid = invoiceOf("I6", "SO-1006-1", [], { status: "PAID", balance: usd("0") });
  await tell({ ...paid, modifiedAt: parseInstant("2026-11-21T12:30:00Z") });
  books.invoices.set("I6", invoiceOf("I6", "SO-1006-1", []));
  expect(await refused(input("I6"))).toEqual([{ code: "INVOICE_NOT_OPEN", field: ["invoiceId"] }]);
});

test("an invoice that our book has not heard of yet can be disputed, and is told", async () => {
  const after = encodeCursor(await books.eventLog.head());
  expect((await dispute(input("I-UNSEEN"))).invoice.status).toBe("DISPUTED");
  const follow = `subscription($after: EventCursor) { invoiceChanged(after: $after) { invoice { id } } }`;
  const stream = await books.asker.follow(follow, buyer, { after });
  const step = await stream.next();
  expect(dataOf(step.value).invoiceChanged.invoice.id).toBe("I-UNSEEN");
  await stream.return?.();
});

test.each([
  ["nothing", ""],
  ["only spaces", "  \n "],
  ["more than 500 characters", "x".repeat(501)],
  ["a control character", "a\u0000b"],
])("%s is no reason", async (_what, reason) => {
  expect(await refused(input("I7", { reason }))).toEqual([
    { code: "INVALID_VALUE", field: ["reason"] },
  ]);
});

test("another account's invoice is unknown, like one that does not exist", async () => {
  for (const id of ["I8", "NOWHERE", "<script>"]) {
    expect(await refused(input(id), stranger)).toEqual([
      { code: "UNKNOWN_INVOICE", field: ["invoiceId"] },
    ]);
  }
  expect(await idsOf("DISPUTED")).not.toContain("I8");
});

test("nor while finance is away: neither can be looked for", async () => {
  books.down.add("finance");
  for (const id of ["I8", "I98765"]) {
    const answer = await books.asker.ask(DISPUTE, stranger, { input: input(id) });
    expect([id, codesOf(answer)]).toEqual([id, ["SOURCE_UNAVAILABLE"]]);
  }
});

test("finance may dispute for a customer; a carrier may not, and nobody unknown", async () => {
  expect((await dispute(input("I9"), clerk)).invoice.status).toBe("DISPUTED");
  const asked = { input: input("I10") };
  expect(codesOf(await books.asker.ask(DISPUTE, carrier, asked))).toEqual(["FORBIDDEN"]);
  expect(codesOf(await books.asker.ask(DISPUTE, null, asked))).toEqual(["UNAUTHENTICATED"]);
});
