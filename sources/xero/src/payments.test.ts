import { parseInvoiceId, parseLocalDate } from "@crossdock/domain";
import { openBooks, type OpenBooks } from "./testing/books.ts";
import { openPayments } from "./testing/drafts.ts";
import { createXeroSystem } from "./xero-system.ts";

let books: OpenBooks;
let seeded: ReturnType<typeof openPayments>;
beforeAll(async () => {
  books = await openBooks();
  seeded = openPayments(books, "SO-P7");
});
afterAll(() => books.close());

const signal = () => AbortSignal.timeout(10_000);

test("the payment stands in finance under the payer's words and our key", async () => {
  const draft = await seeded.draft();
  await seeded.payments.recordPayment(draft, draft.key, signal());
  const documents = await books.control(
    "GET",
    `documents?source=finance&type=payment&reference=${encodeURIComponent(`Cheque 4711~${draft.key}`)}`,
  );
  expect(documents["count"]).toBe(1);
});

test("a reference that is too long loses its end, never our key", async () => {
  const draft = { ...(await seeded.draft()), reference: "7".repeat(300) };
  const outcome = await seeded.payments.recordPayment(draft, draft.key, signal());
  expect(outcome).toMatchObject({ document: { reference: "7".repeat(244) } });
  expect(await seeded.payments.findPayment(draft, signal())).not.toBeNull();
});

test("a payment of a voided invoice is refused as not open", async () => {
  const draft = await seeded.draft();
  await books.book("POST", `/Invoices/${draft.invoiceId}`, {
    Invoices: [{ InvoiceID: draft.invoiceId, Status: "VOIDED" }],
  });
  const outcome = await seeded.payments.recordPayment(draft, draft.key, signal());
  expect(outcome).toMatchObject({ kind: "refused", code: "INVOICE_NOT_OPEN" });
});

test("a payment of an invoice that is not there is refused by name, and none is found", async () => {
  const draft = { ...(await seeded.draft()), invoiceId: parseInvoiceId("7".repeat(8)) };
  const outcome = await seeded.payments.recordPayment(draft, draft.key, signal());
  expect(outcome).toMatchObject({ kind: "refused", code: "UNKNOWN_INVOICE" });
  expect(await seeded.payments.findPayment(draft, signal())).toBeNull();
});

test("a payment that a clerk took back is still found, so that it is not booked again", async () => {
  const draft = await seeded.draft();
  const outcome = await seeded.payments.recordPayment(draft, draft.key, signal());
  if (outcome.kind !== "done") throw new Error(outcome.message);
  const { id } = outcome.document;
  await books.book("POST", `/Payments/${id}`, { Payments: [{ Status: "DELETED" }] });
  expect((await seeded.readInvoice(draft)).payments).toEqual([]);
  expect(await seeded.payments.findPayment(draft, signal())).toMatchObject({ id });
});

test("an organisation without an account for payments takes none, and is not asked", async () => {
  const { paymentAccountCode: _none, ...options } = books.options;
  const system = createXeroSystem(options);
  const draft = { ...(await seeded.draft()), receivedOn: parseLocalDate("2026-11-19") };
  const before = await books.calls();
  expect(await system.payments.recordPayment(draft, draft.key, signal())).toMatchObject({
    kind: "refused",
    code: "REFUSED",
  });
  expect(await books.calls()).toBe(before);
  await system.close();
});
