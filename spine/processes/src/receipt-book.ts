import type {
  InboundReceipt,
  Instant,
  Receipt,
  ReceiptId,
  ReceiptStatus,
  Sku,
  WarehouseCode,
} from "@crossdock/domain";
import type { BookPosition } from "./shipment-book.ts";

/** One row for every receipt that a warehouse has told us of, or that we have announced to it. */
export type ReceiptRecord = { readonly receipt: Receipt; readonly seenAt: Instant };

/** What is absent does not narrow. */
export type ReceiptFilter = {
  readonly statuses?: readonly ReceiptStatus[];
  readonly warehouse?: WarehouseCode;
  /** Those with a line of this product. */
  readonly sku?: Sku;
};

export type ReceiptQuery = ReceiptFilter & {
  /** 1 to `MAX_RECEIPTS_PER_PAGE`. */
  readonly first: number;
  /** By the date on which it is expected; `null` starts. A receipt moves when its date does. */
  readonly after: BookPosition | null;
};

/** Of a receipt that nobody has a date for: where it stands in the list. */
export const NO_DATE = "9999-12-31";

export const MAX_RECEIPTS_PER_PAGE = 100;

/** Goods on their way into the warehouses. */
export interface ReceiptBook {
  /** @param ids 1 to 500, distinct @returns in key order, `null` for an unknown id */
  readReceipts(ids: readonly ReceiptId[]): Promise<readonly (ReceiptRecord | null)[]>;
  /** What is expected first comes first; what nobody has a date for comes last. */
  listReceipts(query: ReceiptQuery): Promise<{
    readonly rows: readonly {
      readonly record: ReceiptRecord;
      readonly position: BookPosition;
    }[];
    readonly hasNextPage: boolean;
  }>;
  /** How many match, counted no further than `atMost`. */
  countReceipts(filter: ReceiptFilter, atMost: number): Promise<number>;
  /** Those that the warehouse was not done with when it was last looked at. */
  openReceipts(): Promise<readonly ReceiptId[]>;
  /**
   * What is still to come of some products, what is expected first before the others.
   * @param skus 1 to 500, distinct @returns per sku, in key order; empty when nothing was announced
   */
  readInbound(skus: readonly Sku[]): Promise<readonly (readonly InboundReceipt[])[]>;
  /** Whether everything that was open when the warehouse `feed` names was first asked is in the book. */
  isLoaded(feed: string): Promise<boolean>;
}
