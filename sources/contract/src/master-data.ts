import type { CustomerNumber, Instant, PriceLine, Product, Sku } from "@crossdock/domain";
import type { BulkRead, Page } from "./reading.ts";

/** An item of the ERP, whether it can be bought or not. */
export type CatalogueItem = {
  readonly product: Product;
  /** Stock is kept of it and it is not blocked: it belongs into the catalogue. */
  readonly isListed: boolean;
};

/** A line of an agreement, with what it is told from all others by, also after its price was changed. */
export type KeyedPriceLine = { readonly key: string; readonly line: PriceLine };

/** A record that changed, and when, by the source's clock. Names only: the record may be known as it is. */
export type ChangedName<Key> = { readonly key: Key; readonly modifiedAt: Instant };

/** @property since inclusive; @property after a page's `next`, `null` starts */
export type ChangeQuery = { readonly since: Instant; readonly after: string | null };

/**
 * Copies items, customers and agreements into books of ours: what changed is asked for often and cheaply, all
 * of it seldom. No listing of changes names what was deleted.
 */
export interface MasterDataFeed {
  /** By time of change, oldest first. Sources stamp a change when it began, so callers overlap and dedupe. */
  listChangedProducts(query: ChangeQuery, signal: AbortSignal): Promise<Page<ChangedName<Sku>>>;
  /** As `listChangedProducts`. */
  listChangedCustomers(
    query: ChangeQuery,
    signal: AbortSignal,
  ): Promise<Page<ChangedName<CustomerNumber>>>;
  readonly readItems: BulkRead<Sku, CatalogueItem>;
  /** Every item, blocked ones and services too, each once. @param after a page's `next`; `null` starts */
  listItems(after: string | null, signal: AbortSignal): Promise<Page<CatalogueItem>>;
  /**
   * Every active line that sets a price of an item. The vendors' lists do not tell when a line was changed, so
   * all of them are read again. @param after a page's `next`; `null` starts
   */
  listPriceLines(after: string | null, signal: AbortSignal): Promise<Page<KeyedPriceLine>>;
}
