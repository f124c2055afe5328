import type { Instant, OrderDraft, OrderKey, OrderNumber, SourceOrder } from "@crossdock/domain";
import type { BulkRead, Page } from "./reading.ts";
import type { Writer, WriteOutcome } from "./write-outcome.ts";

export interface OrderReader {
  readonly readOrders: BulkRead<OrderNumber, SourceOrder>;
}

export interface OrderWriter extends Writer {
  /**
   * Looks for the document of an earlier try. Run it before every send that is not the first.
   * @returns `null` when the source has none that carries our key
   */
  findOrder(draft: OrderDraft, signal: AbortSignal): Promise<SourceOrder | null>;
  /**
   * Creates the sales order with its lines in one transaction of the source.
   * @throws {UnknownOutcomeError} it may have been created
   * @throws {SourceUnavailableError} it was not
   */
  createOrder(draft: OrderDraft, signal: AbortSignal): Promise<WriteOutcome<SourceOrder>>;
}

/** Of a sales order that was taken back nothing is left to show. */
export type RemovedOrder = { readonly key: OrderKey };

/**
 * Changes a sales order that carries our key. The effect is a state: what is so already is done, whoever did
 * it, and a look-up reads the state.
 */
export interface OrderChanger extends Writer {
  /** @returns `null` while the ERP has the order, or has posted any of it */
  findRemovedOrder(draft: OrderDraft, signal: AbortSignal): Promise<RemovedOrder | null>;
  /**
   * Removes the order with its lines. Refused NOT_CANCELLABLE once any of it is shipped, ALREADY_INVOICED
   * once it is posted.
   * @throws {UnknownOutcomeError} it may have been removed
   * @throws {SourceUnavailableError} it was not
   */
  removeOrder(draft: OrderDraft, signal: AbortSignal): Promise<WriteOutcome<RemovedOrder>>;
  /** @returns `null` while the ERP's document is not what the draft says, or not there */
  findRewrittenOrder(draft: OrderDraft, signal: AbortSignal): Promise<SourceOrder | null>;
  /**
   * Makes dates, address and lines what the draft says, all of it or nothing. Key, customer and currency stay.
   * Refused NOT_AMENDABLE once any of it is shipped or posted, when it is gone, or when more changes
   * than the source takes in one transaction.
   * @throws {UnknownOutcomeError} it may have been rewritten
   * @throws {SourceUnavailableError} it was not
   */
  rewriteOrder(draft: OrderDraft, signal: AbortSignal): Promise<WriteOutcome<SourceOrder>>;
}

export interface OrderFeed {
  /**
   * Orders by time of change, oldest first, changed at or after `since`; `null` is from the start.
   * Sources stamp a change when it began, so callers overlap and dedupe.
   * @param after a page's `next`
   */
  listChangedOrders(
    query: { readonly since: Instant | null; readonly after: string | null },
    signal: AbortSignal,
  ): Promise<Page<SourceOrder>>;
}

/** How the buyer's number and our key share a reference field: `{reference}~{key}`. */
export function joinReference(
  customerReference: string | null,
  key: OrderKey,
  maxLength: number,
): string {
  const room = maxLength - key.length - 1;
  return `${(customerReference ?? "").slice(0, room)}~${key}`;
}
