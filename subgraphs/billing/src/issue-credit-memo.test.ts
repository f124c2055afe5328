import type { InvoiceStatus } from "@crossdock/domain";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { sql } from "kysely";
import { openBillingBooks, type BillingBooks } from "./testing/books.ts";
import { invoiceOf, orderNumberOf, usd } from "./testing/documents.ts";

const clerk = viewerOf("finance", "all");
const otherClerk = viewerOf("finance", ["C10020"]);
const buyer = viewerOf("portal", ["C10010"]);
let books: BillingBooks;

beforeAll(async () => {
  books = await openBillingBooks();
}, 30_000);
beforeEach(() => {
  books.restart();
  books.down.clear();
});
afterAll(() => books.close());

const CREDIT = `mutation($input: IssueCreditMemoInput!) { issueCreditMemo(input: $input) {
  command { id type status } creditMemo { id number total { amount } issuedOn reason }
  replayed userErrors { code message field } } }`;
const ONE = `query($id: ID!) { invoice(id: $id) { creditMemos { id number total { amount } reason } } }`;

let serial = 0;
const input = (invoiceId: string, more: object = { amount: "4.00" }) => ({
  idempotencyKey: `credit-${String((serial += 1))}`,
  invoiceId,
  reason: "Damaged on the way",
  ...more,
});
const quantityOf = (quantity: string, lineNumber = 1) => ({ lines: [{ lineNumber, quantity }] });
const credit = async (asked: object, viewer = clerk) =>
  dataOf(await books.asker.ask(CREDIT, viewer, { input: asked })).issueCreditMemo;
const refused = async (asked: object, viewer = clerk) => {
  const answer = await credit(asked, viewer);
  expect(answer).toMatchObject({ command: null, creditMemo: null, replayed: false });
  return answer.userErrors.map(({ code, field }: { code: string; field: string[] }) => [
    code,
    field,
  ]);
};
const draftOf = async (commandId: string) => {
  const [record] = await books.commandLog.read([commandId]);
  return (record?.data as { draft: Record<string, unknown> }).draft;
};
/** As a worker leaves the command. */
const settle = (commandId: string, status: "SUCCEEDED" | "REJECTED", id: string | null = null) =>
  sql`update commands set status = ${status}, completed_at = now(), result_typename = 'CreditMemo',
    result_id = ${id} where id = ${commandId}`.execute(books.ledger.db);
const memosOf = async (id: string) =>
  dataOf(await books.asker.ask(ONE, clerk, { id })).invoice.creditMemos;

test("a credit of lines is accepted whole, under the invoice's next number", async () => {
  const { command, creditMemo, userErrors } = await credit(input("I1", quantityOf("3")));
  expect(userErrors).toEqual([]);
  expect(command).toMatchObject({ type: "billing.issueCreditMemo", status: "ACCEPTED" });
  expect(creditMemo).toBeNull();
  expect(await draftOf(command.id)).toEqual({
    number: "SO-1001-1-CM1",
    invoiceId: "I1",
    customerNumber: "C10010",
    currency: "USD",
    issuedOn: "2026-11-21",
    reason: "Damaged on the way",
    isTaxIncluded: false,
    lines: [
      {
        description: "Bolt",
        sku: "NG-10001",
        quantity: { value: "3", uom: "EA" },
        unitPrice: { amount: "2.5", currency: "USD" },
      },
    ],
  });
  const [record] = await books.commandLog.read([command.id]);
  expect(record).toMatchObject({
    subject: "invoice:I1",
    customerNumber: "C10010",
    data: { orderNumbers: ["SO-1001"], orderIds: ["erp-SO-1001"] },
  });
});

test("once issued it is shown in the answer and on the invoice, with its reason", async () => {
  const asked = input("I2", { amount: "4.00" });
  const { command } = await credit(asked);
  expect(await memosOf("I2")).toEqual([]);
  await settle(command.id, "SUCCEEDED", "CN-ID-2");
  const memo = {
    id: "CN-ID-2",
    number: "SO-1002-1-CM1",
    total: { amount: "4.00" },
    reason: "Damaged on the way",
  };
  expect(await credit(asked)).toMatchObject({
    command: { id: command.id, status: "SUCCEEDED" },
    creditMemo: { ...memo, issuedOn: "2026-11-21" },
    replayed: true,
  });
  // Finance shows what of it is applied; a clerk's own credit stands beside it.
  const shown = (id: string, number: string, amount: string) => ({
    id,
    number,
    total: usd(amount),
    issuedOn: null,
    reason: null,
  });
  const creditMemos = [shown("X", "CN-9", "1"), shown("CN-ID-2", "SO-1002-1-CM1", "2.5")];
  books.change(invoiceOf("I2", "SO-1002-1", [orderNumberOf(2)], { creditMemos }));
  expect(await memosOf("I2")).toEqual([
    { id: "X", number: "CN-9", total: { amount: "1.00" }, reason: null },
    memo,
  ]);
});

test("no more is credited than was billed, however many ask at the same moment", async () => {
  const answers = await Promise.all(
    Array.from({ length: 6 }, () => credit(input("I3", { amount: "4.00" }))),
  );
  const accepted = answers.filter(({ command }) => command !== null);
  expect(accepted).toHaveLength(2);
  const numbers = await Promise.all(
    accepted.map(async ({ command }) => (await draftOf(command.id))["number"]),
  );
  expect(numbers.sort()).toEqual(["SO-1003-1-CM1", "SO-1003-1-CM2"]);
  for (const { command, userErrors } of answers) {
    if (command === null) expect(userErrors).toMatchObject([{ code: "EXCEEDS_BALANCE" }]);
  }
  expect(await refused(input("I3", quantityOf("2")))).toEqual([["EXCEEDS_BALANCE", ["lines"]]]);
  expect((await credit(input("I3", { amount: "2.80" }))).command).not.toBeNull();
});

test("the same key and input are one credit, also at the same moment when only one is possible", async () => {
  const asked = input("I4", { amount: "10.80" });
  const answers = await Promise.all(Array.from({ length: 5 }, () => credit(asked)));
  expect(new Set(answers.map(({ command }) => command?.id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => !replayed)).toHaveLength(1);
  expect(await refused({ ...asked, amount: "10.70" })).toEqual([
    ["IDEMPOTENCY_CONFLICT", ["idempotencyKey"]],
  ]);
});

test("a quantity is credited once; what finance refuses is free again, under another number", async () => {
  const first = await credit(input("I5", quantityOf("4")));
  expect(await refused(input("I5", quantityOf("1")))).toEqual([
    ["INVALID_QUANTITY", ["lines", "0", "quantity"]],
  ]);
  await settle(first.command.id, "REJECTED");
  const second = await credit(input("I5", quantityOf("1")));
  expect((await draftOf(second.command.id))["number"]).toBe("SO-1005-1-CM2");
});

test("credits that a clerk gave in finance count", async () => {
  const memo = { id: "X", number: "CN-7", total: usd("10"), issuedOn: null, reason: null };
  books.invoices.set("I6", invoiceOf("I6", "SO-1006-1", [], { creditMemos: [memo] }));
  expect(await refused(input("I6", { amount: "0.81" }))).toEqual([["EXCEEDS_BALANCE", ["amount"]]]);
  expect((await credit(input("I6", { amount: "0.80" }))).command).not.toBeNull();
});

test("lines or an amount, not both and not none; a reason is needed", async () => {
  const both = { ...quantityOf("1"), amount: "1" };
  for (const wrong of [both, {}]) {
    expect(await refused(input("I7", wrong))).toEqual([["INVALID_VALUE", ["lines"]]]);
  }
  expect(await refused(input("I7", { amount: "11", reason: " " }))).toEqual([
    ["EXCEEDS_BALANCE", ["amount"]],
    ["INVALID_VALUE", ["reason"]],
  ]);
  expect(await refused(input("I7", quantityOf("1", 9)))).toEqual([
    ["UNKNOWN_LINE", ["lines", "0", "lineNumber"]],
  ]);
});

test.each<InvoiceStatus>(["DRAFT", "CREDITED", "VOID"])(
  "a %s invoice takes no credit",
  async (status) => {
    books.invoices.set("I8", invoiceOf("I8", "SO-1008-1", [], { status }));
    expect(await refused(input("I8"))).toEqual([["INVOICE_NOT_OPEN", ["invoiceId"]]]);
  },
);

test("a paid invoice takes credit, for the customer to use", async () => {
  const paid = { status: "PAID" as const, balance: usd("0") };
  books.invoices.set("I9", invoiceOf("I9", "SO-1009-1", [orderNumberOf(9)], paid));
  expect((await credit(input("I9", quantityOf("4")))).command).not.toBeNull();
});

test("while finance is down nothing is credited: it does not judge a credit over its invoice later", async () => {
  const asked = input("I12");
  books.down.add("finance");
  expect(codesOf(await books.asker.ask(CREDIT, clerk, { input: asked }))).toEqual([
    "SOURCE_UNAVAILABLE",
  ]);
  books.down.clear();
  const { command } = await credit(asked);
  books.down.add("finance");
  expect(await credit(asked)).toMatchObject({ command: { id: command.id }, replayed: true });
});

test("another account's invoice is unknown, like one that does not exist", async () => {
  for (const id of ["I10", "NOWHERE", "<script>"]) {
    expect(await refused(input(id), otherClerk)).toEqual([["UNKNOWN_INVOICE", ["invoiceId"]]]);
  }
});

test("a buyer may not credit an invoice, and nobody unknown", async () => {
  const asked = { input: input("I11") };
  expect(codesOf(await books.asker.ask(CREDIT, buyer, asked))).toEqual(["FORBIDDEN"]);
  expect(codesOf(await books.asker.ask(CREDIT, null, asked))).toEqual(["UNAUTHENTICATED"]);
});
