import type {
  CustomerNumber,
  Instant,
  Invoice,
  InvoiceDraft,
  InvoiceId,
  InvoiceNumber,
  LocalDate,
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

export interface InvoiceFeed {
  /** Sales invoices changed at or after `since`, oldest change first; `null` is from the start. */
  listChangedInvoices(
    query: { readonly since: Instant | null; readonly after: string | null },
    signal: AbortSignal,
  ): Promise<Page<Invoice>>;
}
