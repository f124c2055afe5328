import { parseInstant } from "@crossdock/domain";
import { saveInvoices } from "@crossdock/processes";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openBillingBooks, type BillingBooks } from "./testing/books.ts";
import { invoiceOf, usd } from "./testing/documents.ts";

const clerk = viewerOf("finance", "all");
/** A clerk of a branch that keeps other accounts. */
const otherClerk = viewerOf("finance", ["C10020"]);
const buyer = viewerOf("portal", ["C10010"]);
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

const PAY = `mutation($input: RecordPaymentInput!) { recordPayment(input: $input) {
  command { id type status subject { typename id } }
  invoice { id balance { amount } } replayed userErrors { code message field } } }`;

let serial = 0;
const input = (invoiceId: string, more: object = {}) => ({
  idempotencyKey: `pay-${String((serial += 1))}`,
  invoiceId,
  amount: "4.00",
  receivedOn: "2026-11-21",
  reference: "Cheque 4711",
  ...more,
});
const pay = async (asked: object, viewer = clerk) =>
  dataOf(await books.asker.ask(PAY, viewer, { input: asked })).recordPayment;
const refused = async (asked: object, viewer = clerk) => {
  const answer = await pay(asked, viewer);
  expect(answer).toMatchObject({ command: null, invoice: null, replayed: false });
  return answer.userErrors.map(({ code, field }: { code: string; field: string[] }) => [
    code,
    field,
  ]);
};

test("a payment is accepted once, under a key of its own and for the invoice's account", async () => {
  const { command, invoice, userErrors } = await pay(input("I1"));
  expect(userErrors).toEqual([]);
  expect(command).toMatchObject({ type: "billing.recordPayment", status: "ACCEPTED" });
  expect(invoice).toEqual({ id: "I1", balance: { amount: "10.80" } });
  const [record] = await books.commandLog.read([command.id]);
  expect(record).toMatchObject({
    customerNumber: "C10010",
    subject: "invoice:I1",
    lane: "finance",
    data: { invoiceId: "I1", amount: "4", receivedOn: "2026-11-21", reference: "Cheque 4711" },
  });
  expect((record?.data as { key: string }).key).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/);
});

test("who has had a payment booked reads the invoice from finance until its feed tells of it", async () => {
  books.followTo(parseInstant("2026-11-21T11:59:30Z"));
  const READ = `{ invoice(id: "I9") { balance { amount } } }`;
  const balance = async () =>
    dataOf(await books.asker.ask(READ, clerk)).invoice.balance.amount as string;
  expect(await balance()).toBe("10.80");
  await pay(input("I9"));
  const paid = invoiceOf("I9", "SO-1009-1", [], { balance: usd("6.80") });
  books.change(paid);
  expect(await balance()).toBe("6.80");
  const told = { ...paid, modifiedAt: parseInstant("2026-11-21T12:00:01Z"), balance: usd("6.79") };
  await books.ledger.transaction((trx) =>
    saveInvoices(trx, [told], parseInstant("2026-11-21T12:00:02Z")),
  );
  expect(await balance()).toBe("6.79");
});

test("the same key and input are one command, whatever became of the invoice since", async () => {
  const asked = input("I2");
  const first = await pay(asked);
  books.invoices.set("I2", invoiceOf("I2", "SO-1002-1", [], { status: "PAID", balance: usd("0") }));
  const again = await pay({ ...asked, amount: "4", reference: " Cheque 4711 ", waitMs: 1 });
  expect(again).toMatchObject({ command: { id: first.command.id }, replayed: true });
  expect(again.invoice).toEqual({ id: "I2", balance: { amount: "0.00" } });
  expect(await refused({ ...asked, amount: "4.01" })).toEqual([
    ["IDEMPOTENCY_CONFLICT", ["idempotencyKey"]],
  ]);
});

test("what can be no payment is refused, everything at once, and nothing is accepted", async () => {
  const wrong = { amount: "10.81", receivedOn: "2026-11-22", reference: "7".repeat(201) };
  expect(await refused(input("I3", wrong))).toEqual([
    ["EXCEEDS_BALANCE", ["amount"]],
    ["INVALID_VALUE", ["receivedOn"]],
    ["INVALID_VALUE", ["reference"]],
  ]);
  expect(await refused(input("I3", { amount: "1.001" }))).toEqual([["INVALID_VALUE", ["amount"]]]);
  expect(await refused(input("I3", { reference: "a\nb" }))).toEqual([
    ["INVALID_VALUE", ["reference"]],
  ]);
  expect(await refused(input("I3", { idempotencyKey: "", waitMs: 10_001 }))).toEqual([
    ["INVALID_VALUE", ["idempotencyKey"]],
    ["INVALID_VALUE", ["waitMs"]],
  ]);
});

test("an invoice that is not open takes no payment", async () => {
  books.invoices.set("I4", invoiceOf("I4", "SO-1004-1", [], { status: "VOID" }));
  expect(await refused(input("I4"))).toEqual([["INVOICE_NOT_OPEN", ["invoiceId"]]]);
});

test("another account's invoice is unknown, word for word like one that does not exist", async () => {
  const answers = await Promise.all(
    ["I5", "NOWHERE", "<script>", ""].map((id) => pay(input(id), otherClerk)),
  );
  for (const answer of answers) {
    expect(answer).toEqual({
      command: null,
      invoice: null,
      replayed: false,
      userErrors: [
        {
          code: "UNKNOWN_INVOICE",
          message: "There is no such invoice that you may see.",
          field: ["invoiceId"],
        },
      ],
    });
  }
});

test("a buyer may not book payments, and nobody unknown", async () => {
  const asked = { input: input("I6") };
  expect(codesOf(await books.asker.ask(PAY, buyer, asked))).toEqual(["FORBIDDEN"]);
  expect(codesOf(await books.asker.ask(PAY, null, asked))).toEqual(["UNAUTHENTICATED"]);
});

test("while finance is down a payment of an invoice that we know is accepted all the same", async () => {
  books.down.add("finance");
  const { command, invoice } = await pay(input("I7"));
  expect(command.status).toBe("ACCEPTED");
  expect(invoice).toEqual({ id: "I7", balance: { amount: "10.80" } });
  const unseen = await books.asker.ask(PAY, clerk, { input: input("I-UNSEEN") });
  expect(codesOf(unseen)).toEqual(["SOURCE_UNAVAILABLE"]);
});

test("a command of another account is no entity that may be seen", async () => {
  const { command } = await pay(input("I8"));
  const reference = [{ __typename: "Command", id: command.id }];
  const asked = (viewer: typeof buyer) =>
    books.asker.entities("... on Command { status }", reference, viewer);
  expect(dataOf(await asked(buyer))._entities).toEqual([{ status: "ACCEPTED" }]);
  expect(dataOf(await asked(otherClerk))._entities).toEqual([null]);
});
