import type { Receipt, ReceiptDraft, ReceiptId } from "@crossdock/domain";
import type { BulkRead, Page } from "./reading.ts";
import type { Writer, WriteOutcome } from "./write-outcome.ts";

/** Tells a warehouse what a supplier sends to it, so that it is awaited and can be promised with a date. */
export interface ReceiptWriter extends Writer {
  /** Looks for the document of an earlier try by its key; `null` when the warehouse has none. */
  findReceipt(draft: ReceiptDraft, signal: AbortSignal): Promise<Receipt | null>;
  /**
   * Refused UNKNOWN_SKU, UNKNOWN_WAREHOUSE, INVALID_QUANTITY where the warehouse cannot count it.
   * @throws {UnknownOutcomeError} it may have been announced
   * @throws {SourceUnavailableError} it was not
   */
  announceReceipt(draft: ReceiptDraft, signal: AbortSignal): Promise<WriteOutcome<Receipt>>;
  /** @returns the receipt when it is cancelled; `null` while it is not, or not there */
  findCancelledReceipt(id: ReceiptId, signal: AbortSignal): Promise<Receipt | null>;
  /**
   * The effect is a state: what is cancelled already is done. Refused NOT_CANCELLABLE once any of it has come,
   * UNKNOWN_RECEIPT when there is none.
   * @throws {UnknownOutcomeError} it may have been cancelled
   * @throws {SourceUnavailableError} the source did not answer
   */
  cancelReceipt(id: ReceiptId, signal: AbortSignal): Promise<WriteOutcome<Receipt>>;
}

/** Tells what the warehouse awaits, and what became of it. */
export interface ReceiptFeed {
  /**
   * Those that the warehouse is not done with, whoever announced them, a slice at a time. One that ends while it is
   * read may be missed.
   */
  listOpenReceipts(after: string | null, signal: AbortSignal): Promise<Page<Receipt>>;
  readonly readReceipts: BulkRead<ReceiptId, Receipt>;
}
