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
