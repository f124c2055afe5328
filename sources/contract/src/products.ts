import type { Customer, PriceLine, Product, Sku } from "@crossdock/domain";
import type { BulkRead, Page } from "./reading.ts";

export interface ProductReader {
  readonly readProducts: BulkRead<Sku, Product>;
  /** By sku, ascending; blocked items and services are left out. @param search words of the name or the sku */
  listProducts(
    query: {
      readonly search: string | null;
      readonly after: string | null;
      readonly limit: number;
    },
    signal: AbortSignal,
  ): Promise<Page<Product>>;
}

export interface PriceReader {
  /**
   * Every active line that may hold for this customer (its own, its group's, campaigns, everyone's)
   * and one of `skus`, whatever the date and the quantity. No customer: lines for everyone.
   * @param skus 1 to 200, distinct
   * @returns in no order
   */
  readPriceLines(
    query: { readonly customer: Customer | null; readonly skus: readonly Sku[] },
    signal: AbortSignal,
  ): Promise<readonly PriceLine[]>;
}
