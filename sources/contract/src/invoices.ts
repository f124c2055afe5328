import type {
  CreditMemo,
  CreditMemoDraft,
  CustomerNumber,
  Decimal,
  Instant,
  Invoice,
  InvoiceDraft,
  InvoiceId,
  InvoiceNumber,
  LocalDate,
  Money,
  OrderKey,
  Payment,
  Receivables,
} from "@crossdock/domain";
import type { BulkRead, Page } from "./reading.ts";
import type { Writer, WriteOutcome } from "./write-outcome.ts";

export interface InvoiceReader {
  readonly readInvoices: BulkRead<InvoiceId, Invoice>;
  readonly readInvoicesByNumber: BulkRead<InvoiceNumber, Invoice>;
}

export interface ReceivablesReader {
  /**
   * What customers owe on `on`; a customer that finance does not know owes nothing (`null`).
   * @param customerNumbers 1 to 200, distinct
   */
  readReceivables(
    customerNumbers: readonly CustomerNumber[],
    on: LocalDate,
    signal: AbortSignal,
  ): Promise<readonly (Receivables | null)[]>;
}

export interface InvoiceWriter extends Writer {
  /** Looks for the document of an earlier try by its number; `null` when there is none. */
  findInvoice(draft: InvoiceDraft, signal: AbortSignal): Promise<Invoice | null>;
  /**
   * Raises and posts the invoice.
   * @param idempotencyKey the same for every try of one command
   * @throws {UnknownOutcomeError} it may have been raised
   * @throws {SourceUnavailableError} it was not
   */
  createInvoice(
    draft: InvoiceDraft,
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<WriteOutcome<Invoice>>;
}

/** Money that came in for one invoice. */
export type PaymentDraft = {
  /** Ours, random; a payment in finance is found again by it. */
  readonly key: OrderKey;
  readonly invoiceId: InvoiceId;
  /** In the invoice's currency, above zero. */
  readonly amount: Decimal;
  readonly receivedOn: LocalDate;
  /** What the payer wrote: a cheque's number, a remittance. */
  readonly reference: string | null;
};

export interface PaymentWriter extends Writer {
  /**
   * Looks for the payment of an earlier try by its key; `null` when there is none. One that a clerk has
   * taken back since is found too: it was recorded, and is not to be recorded again.
   */
  findPayment(draft: PaymentDraft, signal: AbortSignal): Promise<Payment | null>;
  /**
   * Books the payment against its invoice; what is left of the balance is read from the invoice.
   * The source forgets a key after some time: after an unknown outcome, look first.
   * @param idempotencyKey the same for every try of one command
   * @throws {UnknownOutcomeError} it may have been booked
   * @throws {SourceUnavailableError} it was not
   */
  recordPayment(
    draft: PaymentDraft,
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<WriteOutcome<Payment>>;
}

/** A credit as finance has issued it. */
export type IssuedCredit = {
  readonly memo: CreditMemo;
  /** How much of it lowers the invoice's balance; the rest stays open as the customer's credit. */
  readonly applied: Money;
};

export interface CreditMemoWriter extends Writer {
  /**
   * Looks for the credit of an earlier try by its number; `null` when there is none, or when it is not applied
   * to the invoice yet though it can be: then `issueCreditMemo` finishes it.
   */
  findCreditMemo(draft: CreditMemoDraft, signal: AbortSignal): Promise<IssuedCredit | null>;
  /**
   * Issues the credit and applies it to the invoice, up to what is open there. Two steps at the source: where
   * an earlier try came half way it goes on from there.
   * @param idempotencyKey the same for every try of one command
   * @throws {UnknownOutcomeError} it may have been issued, or is issued and not applied yet
   * @throws {SourceUnavailableError} nothing was done
   */
  issueCreditMemo(
    draft: CreditMemoDraft,
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<WriteOutcome<IssuedCredit>>;
}

/** What of a credit is paid back to the customer. */
export type RefundDraft = {
  /** Finance's own id of the credit. */
  readonly creditMemoId: string;
  /** Ours: a credit is refunded from here once. */
  readonly creditMemoNumber: string;
  /** In the credit's currency, above zero. */
  readonly amount: Decimal;
  readonly paidOn: LocalDate;
};

export type PaidRefund = { readonly id: string; readonly amount: Money };

export interface RefundWriter extends Writer {
  /** Looks for the refund of an earlier try; `null` when there is none, or a clerk has taken it back. */
  findRefund(draft: RefundDraft, signal: AbortSignal): Promise<PaidRefund | null>;
  /**
   * Refused EXCEEDS_BALANCE when so much of the credit is not open any more.
   * @param idempotencyKey the same for every try of one command
   * @throws {UnknownOutcomeError} it may have been paid
   * @throws {SourceUnavailableError} it was not
   */
  payRefund(
    draft: RefundDraft,
    idempotencyKey: string,
    signal: AbortSignal,
  ): Promise<WriteOutcome<PaidRefund>>;
}

export interface ClosedPeriodReader {
  /**
   * The last day on which nothing can be booked any more; `null` while every day is open.
   * @throws {SourceUnavailableError} no answer
   */
  readClosedUntil(signal: AbortSignal): Promise<LocalDate | null>;
}

export interface InvoiceFeed {
  /** Sales invoices changed at or after `since`, oldest change first; `null` is from the start. */
  listChangedInvoices(
    query: { readonly since: Instant | null; readonly after: string | null },
    signal: AbortSignal,
  ): Promise<Page<Invoice>>;
}
