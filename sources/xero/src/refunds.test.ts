import { parseDecimal } from "@crossdock/domain";
import { UnknownOutcomeError, type RefundDraft } from "@crossdock/source-contract";
import { parseLocalDate } from "@crossdock/domain";
import { openBooks, type OpenBooks } from "./testing/books.ts";
import { openCredits } from "./testing/drafts.ts";

let books: OpenBooks;
let seeded: ReturnType<typeof openCredits>;
beforeAll(async () => {
  books = await openBooks();
  seeded = openCredits(books, "SO-M8");
});
afterEach(() => books.clearFaults());
afterAll(() => books.close());

const signal = () => AbortSignal.timeout(10_000);
const documentsOf = async (type: string, reference: string) => {
  const path = `documents?source=finance&type=${type}&reference=${encodeURIComponent(reference)}`;
  const { documents } = await books.control("GET", path);
  return documents as Record<string, unknown>[];
};
/** A credit of 150.00 on an invoice that is paid: nothing of it finds anything open. */
const openCredit = async (): Promise<RefundDraft> => {
  const draft = await seeded.draft();
  const invoice = await seeded.readInvoice(draft);
  await books.book("PUT", "/Payments", {
    Payments: [
      {
        Invoice: { InvoiceID: draft.invoiceId },
        Account: { Code: "090" },
        Date: "2026-11-21",
        Amount: invoice.balance.amount,
      },
    ],
  });
  const issued = await seeded.creditMemos.issueCreditMemo(draft, draft.number, signal());
  if (issued.kind !== "done") throw new Error(issued.message);
  expect(issued.document.applied.amount).toBe("0.00");
  return {
    creditMemoId: issued.document.memo.id,
    creditMemoNumber: draft.number,
    amount: parseDecimal("150.00"),
    paidOn: parseLocalDate("2026-11-22"),
  };
};
const pay = (draft: RefundDraft, key = `refund ${draft.creditMemoNumber}`) =>
  books.system.refunds.payRefund(draft, key, signal());

test("a credit that finds nothing open is paid back: a payment of the credit note, and nothing is left of it", async () => {
  const draft = await openCredit();
  expect(await books.system.refunds.findRefund(draft, signal())).toBeNull();
  expect(await pay(draft)).toMatchObject({
    kind: "done",
    document: { amount: { amount: "150.00" } },
  });
  expect(await documentsOf("creditNote", draft.creditMemoNumber)).toMatchObject([
    { RemainingCredit: 0, Status: "PAID" },
  ]);
  expect(await documentsOf("payment", `Refund of ${draft.creditMemoNumber}`)).toMatchObject([
    {
      PaymentType: "ARCREDITPAYMENT",
      Amount: 150,
      CreditNote: { CreditNoteID: draft.creditMemoId },
    },
  ]);
});

test("a refund whose answer is lost is found by its reference, and paid once", async () => {
  const draft = await openCredit();
  await books.fault({ kind: "lostResponse", operation: "PUT Payments", forMs: 5_000 });
  await expect(pay(draft)).rejects.toThrow(UnknownOutcomeError);
  await books.clearFaults();
  expect(await books.system.refunds.findRefund(draft, signal())).toMatchObject({
    amount: { amount: "150.00" },
  });
  expect(await pay(draft)).toMatchObject({ kind: "done" });
  expect(await documentsOf("payment", `Refund of ${draft.creditMemoNumber}`)).toHaveLength(1);
});

test("no more than is left of a credit is paid back", async () => {
  const draft = await openCredit();
  const tooMuch = { ...draft, amount: parseDecimal("150.01") };
  expect(await pay(tooMuch)).toMatchObject({ kind: "refused", code: "EXCEEDS_BALANCE" });
  expect(await documentsOf("payment", `Refund of ${draft.creditMemoNumber}`)).toEqual([]);
});
