import type { Instant, Quantity, Sku, ToldStock } from "@crossdock/domain";

/** What subscribers have been told of one position, and when the warehouse had said so. */
export type StockRecord = ToldStock & { readonly readAt: Instant };

/** The stock of every product in every warehouse, as subscribers know it. */
export interface StockBook {
  /**
   * @param skus at most 1,000, distinct
   * @returns in no order; what no reading has told is left out
   */
  readStock(skus: readonly Sku[]): Promise<readonly StockRecord[]>;
  /**
   * What reservations hold now, as subscribers know it: one whose time is up holds until its end was told.
   * @param skus at most 1,000, distinct @returns by `stockKey`; what nothing is held of is left out
   */
  readHolds(skus: readonly Sku[]): Promise<ReadonlyMap<string, Quantity>>;
  /** Whether what the warehouse `feed` names held before we listened is in the book: what is not, was zero. */
  isLoaded(feed: string): Promise<boolean>;
}

/** `NG-10001@EAST`: the name of a position. */
export function stockKey({
  sku,
  warehouse,
}: {
  readonly sku: string;
  readonly warehouse: string;
}): string {
  return `${sku}@${warehouse}`;
}
