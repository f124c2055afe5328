import type { Product, Sku } from "@crossdock/domain";
import type { BookRecord } from "./master-data-state.ts";

/** Which items a listing of the catalogue meets; what is given must all hold. */
export type CatalogueFilter = {
  /** Words that the sku and the name hold, in any case and order; the first eight count. Not given: all. */
  readonly search?: string;
  /** At most 500. */
  readonly skus?: readonly Sku[];
  /** Whether some of it can be promised in some warehouse, by the stock book. */
  readonly inStock?: boolean;
};

/**
 * The ERP's items, copied. Blocked items and services are in it and in no listing; what the ERP has no more is
 * in it and in no answer. Ask `isLoaded` first: before that, what is not here says nothing.
 */
export interface ProductBook {
  isLoaded(): Promise<boolean>;
  /** @param skus distinct, at most 1,000 @returns in their order; `null` where the ERP has no such item */
  readProducts(skus: readonly Sku[]): Promise<readonly (BookRecord<Product> | null)[]>;
  /** By sku, by its bytes. @param page.after exclusive, `null` starts @param page.first at most 500 */
  listProducts(
    filter: CatalogueFilter,
    page: { readonly after: string | null; readonly first: number },
  ): Promise<readonly BookRecord<Product>[]>;
  /** How many a listing meets, counted no further than `atMost`. */
  countProducts(filter: CatalogueFilter, atMost: number): Promise<number>;
}
