import { parseCustomerNumber, parseDecimal, type CreditMemoDraft } from "@crossdock/domain";
import { openBooks, type OpenBooks } from "./testing/books.ts";
import { openCredits } from "./testing/drafts.ts";

let books: OpenBooks;
let seeded: ReturnType<typeof openCredits>;
beforeAll(async () => {
  books = await openBooks();
  seeded = openCredits(books, "SO-M7");
});
afterEach(() => books.clearFaults());
afterAll(() => books.close());

const signal = () => AbortSignal.timeout(10_000);
const issue = async (draft: CreditMemoDraft) => {
  const outcome = await seeded.creditMemos.issueCreditMemo(draft, draft.number, signal());
  if (outcome.kind !== "done") throw new Error(outcome.message);
  return outcome.document;
};
const noteOf = async ({ number }: CreditMemoDraft) => {
  const path = `documents?source=finance&type=creditNote&reference=${number}`;
  const { documents } = await books.control("GET", path);
  return (documents as Record<string, unknown>[])[0];
};

test("the note stands in finance with its reason, its lines and the customer's name", async () => {
  const draft = await seeded.draft();
  const { memo } = await issue(draft);
  expect(memo.total.amount).toBe("150.00");
  expect(await noteOf(draft)).toMatchObject({
    CreditNoteID: memo.id,
    CreditNoteNumber: draft.number,
    Type: "ACCRECCREDIT",
    Reference: "Damaged on the way",
    Total: 150,
    RemainingCredit: 0,
    LineItems: [{ ItemCode: "NG-10002", Quantity: 1.5, UnitAmount: 100, AccountCode: "200" }],
  });
});

test("a credit that is more than what is open is applied as far as it goes", async () => {
  const draft = await seeded.draft();
  await books.book("PUT", "/Payments", {
    Payments: [
      {
        Invoice: { InvoiceID: draft.invoiceId },
        Account: { Code: "090" },
        Date: "2026-11-21",
        Amount: "200.00",
      },
    ],
  });
  const { memo, applied } = await issue(draft);
  expect([memo.total.amount, applied.amount]).toEqual(["150.00", "62.43"]);
  // An invoice that money and credit settled together is paid.
  expect(await seeded.readInvoice(draft)).toMatchObject({ status: "PAID" });
  expect(await noteOf(draft)).toMatchObject({ RemainingCredit: 87.57 });
  expect(await seeded.creditMemos.findCreditMemo(draft, signal())).toMatchObject({ applied });
});

test("a balance that a clerk lowers while a credit is applied makes the credit apply less", async () => {
  const draft = await seeded.draft();
  const whole = { ...draft, isTaxIncluded: true };
  await books.fault({ kind: "slow", operation: "PUT Allocations", latencyMs: 300 });
  const issued = issue(whole);
  while ((await noteOf(draft)) === undefined)
    await new Promise((resolve) => setTimeout(resolve, 10));
  await books.book("PUT", "/Payments", {
    Payments: [
      {
        Invoice: { InvoiceID: draft.invoiceId },
        Account: { Code: "090" },
        Date: "2026-11-21",
        Amount: "200.00",
      },
    ],
  });
  expect((await issued).applied.amount).toBe("62.43");
  expect(await seeded.readInvoice(draft)).toMatchObject({ balance: { amount: "0.00" } });
});

test("a customer that finance does not know gets no credit, and one of another's number is refused", async () => {
  const draft = await seeded.draft();
  const nobody = { ...draft, customerNumber: parseCustomerNumber("C99999") };
  expect(await seeded.creditMemos.issueCreditMemo(nobody, "n", signal())).toMatchObject({
    kind: "refused",
    code: "UNKNOWN_CUSTOMER",
  });
  await issue(draft);
  const other = { ...draft, customerNumber: parseCustomerNumber("C10020") };
  expect(await seeded.creditMemos.findCreditMemo(other, signal())).toBeNull();
  expect(await seeded.creditMemos.issueCreditMemo(other, "o", signal())).toMatchObject({
    kind: "refused",
    code: "REFUSED",
  });
});

test("a note that a clerk voided is still found, so that it is not issued again", async () => {
  const draft = await seeded.draft();
  await books.fault({ kind: "lostResponse", operation: "PUT CreditNotes" });
  await expect(issue(draft)).rejects.toThrow();
  await books.clearFaults();
  const note = await noteOf(draft);
  await books.book("POST", `/CreditNotes/${draft.number}`, {
    CreditNotes: [{ CreditNoteID: note?.["CreditNoteID"], Status: "VOIDED" }],
  });
  expect(await seeded.creditMemos.findCreditMemo(draft, signal())).toMatchObject({
    memo: { id: note?.["CreditNoteID"] },
    applied: { amount: "0.00" },
  });
});

test("four calls are all that a credit costs", async () => {
  const draft = await seeded.draft();
  const before = await books.calls();
  await issue({
    ...draft,
    lines: draft.lines.map((line) => ({
      ...line,
      quantity: { ...line.quantity, value: parseDecimal("1") },
    })),
  });
  expect((await books.calls()) - before).toBe(4);
});
