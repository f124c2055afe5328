import { randomUUID } from "node:crypto";
import { addDecimals, compareDecimals, parseDecimal, subtractDecimals } from "@crossdock/domain";
import {
  DisputeInvoiceDocument,
  InvoiceChangedDocument,
  InvoiceCreditsDocument,
  InvoicesByStatusDocument,
  IssueCreditMemoDocument,
  RecordPaymentDocument,
  type CommandStatus,
  type InvoicesByStatusQuery,
  type IssueCreditMemoInput,
  type RecordPaymentInput,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { oldestCursor } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const WAIT_MS = 10_000;
const EVENTS_MS = 40_000;
const HISTORY_MS = 60_000;
const LOOK_AGAIN_MS = 500;
/** Longer than one try, shorter than it takes to try again twice. */
const FAULT_MS = 1_500;
/** Longer than it takes to see the first step and to kill. */
const SLOW_MS = 4_000;
const BILLS = 4;

jest.setTimeout(120_000);

type Bill = InvoicesByStatusQuery["invoices"]["edges"][number]["node"];

let stack: Stack;
let clerk: string;
let bills: readonly Bill[];
beforeAll(async () => {
  stack = await startStack();
  clerk = await stack.token("finance");
  bills = await untouchedBills(BILLS);
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(() => stack[Symbol.asyncDispose]());

/** Bills of the history on which nothing is paid, each for one test. @throws when there are too few in time */
async function untouchedBills(count: number): Promise<readonly Bill[]> {
  const until = Date.now() + HISTORY_MS;
  for (;;) {
    const variables = { status: ["POSTED", "OVERDUE"] as const, first: 100 };
    const { invoices } = await stack.ask(InvoicesByStatusDocument, variables, clerk);
    const found = invoices.edges
      .map(({ node }) => node)
      .filter(({ total, balance, lines }) => total.amount === balance.amount && lines.length > 0);
    if (found.length >= count) return found;
    if (Date.now() > until) throw new Error(`Only ${String(found.length)} bills are untouched.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

let taken = 0;
function nextBill(): Bill {
  const bill = bills[(taken += 1) - 1];
  if (bill === undefined) throw new Error("No bill is left.");
  return bill;
}

const UNSETTLED: readonly CommandStatus[] = ["ACCEPTED", "RUNNING", "RETRYING"];

/** Asks with the same key until there is an outcome: the vendor's limits may keep it waiting. */
async function untilSettled<
  Answer extends { readonly command?: { readonly status: CommandStatus } | null },
>(ask: () => Promise<Answer>): Promise<Answer> {
  for (;;) {
    const answer = await ask();
    if (answer.command == null || !UNSETTLED.includes(answer.command.status)) return answer;
  }
}

const today = () => new Date().toISOString().slice(0, 10);
const payment = (bill: Bill, amount: string): RecordPaymentInput => ({
  idempotencyKey: randomUUID(),
  invoiceId: bill.id,
  amount,
  receivedOn: today(),
  reference: "Wire 88",
  waitMs: WAIT_MS,
});
const pay = (input: RecordPaymentInput) =>
  untilSettled(
    async () => (await stack.ask(RecordPaymentDocument, { input }, clerk)).recordPayment,
  );
const credit = (input: Omit<IssueCreditMemoInput, "idempotencyKey" | "reason">) => {
  const asked = { idempotencyKey: randomUUID(), reason: "Damaged", waitMs: WAIT_MS, ...input };
  return untilSettled(
    async () => (await stack.ask(IssueCreditMemoDocument, { input: asked }, clerk)).issueCreditMemo,
  );
};
const creditsOf = async ({ id }: Bill) =>
  (await stack.ask(InvoiceCreditsDocument, { id }, clerk)).invoice;
const loseAnswersTo = (operation: string) =>
  stack.sandbox.fault({
    source: "finance",
    kind: "lostResponse",
    operation,
    rate: 1,
    forMs: FAULT_MS,
  });
const booked = (type: "payment" | "creditNote", { number }: Bill) =>
  stack.sandbox.documents("finance", type, number ?? "");

/** What was told of the bill so far, once `last` was. */
async function toldOf(bill: Bill, last: string): Promise<readonly string[]> {
  const after = await oldestCursor(stack, await stack.token("operator"));
  const events = await collectUntil(
    stack.subscribe(InvoiceChangedDocument, { customerId: bill.customer.id, after }, clerk),
    ({ invoiceChanged: { type, invoice } }) => type === last && invoice.id === bill.id,
    EVENTS_MS,
  );
  return events
    .filter(({ invoiceChanged }) => invoiceChanged.invoice.id === bill.id)
    .map(({ invoiceChanged }) => invoiceChanged.type);
}

function expectSame(actual: string | undefined, expected: string): void {
  expect([actual, compareDecimals(parseDecimal(actual ?? ""), parseDecimal(expected))]).toEqual([
    actual,
    0,
  ]);
}

test("a bill is disputed, paid in two parts of which one answer is lost, and credited when it is paid: each once", async () => {
  const bill = nextBill();
  const buyer = await stack.token("portal", bill.customer.id);
  const dispute = { idempotencyKey: randomUUID(), invoiceId: bill.id, reason: "One is missing." };
  const { disputeInvoice } = await stack.ask(DisputeInvoiceDocument, { input: dispute }, buyer);
  expect(disputeInvoice).toMatchObject({
    command: { status: "SUCCEEDED" },
    invoice: { id: bill.id, status: "DISPUTED" },
    userErrors: [],
  });

  const part = payment(bill, "1.50");
  const first = await pay(part);
  expect(first).toMatchObject({
    command: { status: "SUCCEEDED", subject: { typename: "Payment" } },
    invoice: {
      id: bill.id,
      status: "DISPUTED",
      payments: [{ amount: { amount: "1.50" }, receivedOn: part.receivedOn, reference: "Wire 88" }],
    },
  });
  const left = subtractDecimals(parseDecimal(bill.balance.amount), parseDecimal("1.50"));
  expectSame(first.invoice?.balance.amount, left);
  expect(await pay(part)).toMatchObject({ command: { id: first.command?.id }, replayed: true });

  // Two payments between two looks at a bill are told as what they come to.
  expect(await toldOf(bill, "PARTIALLY_PAID")).toEqual(["DISPUTED", "PARTIALLY_PAID"]);

  await loseAnswersTo("PUT Payments");
  expect(await pay(payment(bill, left))).toMatchObject({
    command: { status: "SUCCEEDED" },
    invoice: { status: "PAID", balance: { amount: "0.00" } },
  });
  expect(await booked("payment", bill)).toHaveLength(2);

  const { creditMemo } = await credit({ invoiceId: bill.id, amount: "2.00" });
  const number = `${bill.number ?? ""}-CM1`;
  expect(creditMemo).toMatchObject({ number, total: { amount: "2.00" }, reason: "Damaged" });
  expect(await creditsOf(bill)).toMatchObject({ status: "PAID", creditMemos: [{ number }] });
  const notes = await stack.sandbox.documents("finance", "creditNote", number);
  expect(notes).toMatchObject([{ Total: 2, RemainingCredit: 2, Allocations: [] }]);
  expect(await toldOf(bill, "CREDITED")).toEqual([
    "DISPUTED",
    "PARTIALLY_PAID",
    "PAID",
    "CREDITED",
  ]);
});

test("lines are credited once though an answer is lost between its two steps, and lower the balance", async () => {
  const bill = nextBill();
  const [line] = bill.lines;
  if (line === undefined) throw new Error("The bill has no line.");
  await loseAnswersTo("PUT CreditNotes");
  const lines = [{ lineNumber: line.lineNumber, quantity: "1" }];
  const { command, creditMemo } = await credit({ invoiceId: bill.id, lines });
  expect(command).toMatchObject({ status: "SUCCEEDED", error: null });
  const notes = await booked("creditNote", bill);
  expect(notes).toMatchObject([{ CreditNoteNumber: creditMemo?.number, RemainingCredit: 0 }]);
  const total = creditMemo?.total.amount ?? "";
  const after = await creditsOf(bill);
  expectSame(
    after?.balance.amount,
    subtractDecimals(parseDecimal(bill.balance.amount), parseDecimal(total)),
  );
  expect(after?.creditMemos).toEqual([
    { number: creditMemo?.number, total: { amount: total }, reason: "Damaged" },
  ]);
  expect(await toldOf(bill, "CREDITED")).toEqual(["CREDITED"]);
});

test("of two payments that together are too much, finance takes one", async () => {
  const bill = nextBill();
  const answers = await Promise.all([1, 2].map(() => pay(payment(bill, bill.balance.amount))));
  const outcomes = answers.map(({ command, userErrors }) => ({
    status: command?.status ?? "REFUSED",
    code: command?.error?.code ?? userErrors[0]?.code ?? null,
  }));
  expect(outcomes).toContainEqual({ status: "SUCCEEDED", code: null });
  expect(outcomes).toContainEqual({
    status: expect.stringMatching(/^(REJECTED|REFUSED)$/),
    code: expect.stringMatching(/^(EXCEEDS_BALANCE|INVOICE_NOT_OPEN)$/),
  });
  const payments = await booked("payment", bill);
  const sum = addDecimals(...payments.map(({ Amount }) => parseDecimal(String(Amount))));
  expectSame(sum, bill.balance.amount);
});

test("killed between the two steps of a credit, it finishes what it has begun when it starts again", async () => {
  const bill = nextBill();
  const slow = { source: "finance", kind: "slow", operation: "PUT Allocations" } as const;
  await stack.sandbox.fault({ ...slow, rate: 1, latencyMs: SLOW_MS, forMs: EVENTS_MS });
  const input = {
    idempotencyKey: randomUUID(),
    invoiceId: bill.id,
    amount: "1.25",
    reason: "Rust",
  };
  const accepted = await stack.ask(IssueCreditMemoDocument, { input }, clerk);
  const number = `${bill.number ?? ""}-CM1`;
  const notes = () => stack.sandbox.documents("finance", "creditNote", number);
  while ((await notes()).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await notes()).toMatchObject([{ RemainingCredit: 1.25 }]);
  await stack.kill();
  await stack.start();

  const { command, creditMemo } = await untilSettled(async () => {
    const again = { input: { ...input, waitMs: WAIT_MS } };
    return (await stack.ask(IssueCreditMemoDocument, again, clerk)).issueCreditMemo;
  });
  expect(command).toMatchObject({
    id: accepted.issueCreditMemo.command?.id,
    status: "SUCCEEDED",
  });
  expect(creditMemo).toMatchObject({ number, total: { amount: "1.25" } });
  expect(await notes()).toMatchObject([{ Total: 1.25, RemainingCredit: 0 }]);
});
