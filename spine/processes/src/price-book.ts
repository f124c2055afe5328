import type { Customer, PriceLine, Provenance, Sku } from "@crossdock/domain";

/** The active lines of the ERP's price lists, copied. Ask `isLoaded` first: before that, what is not here says nothing. */
export interface PriceBook {
  isLoaded(): Promise<boolean>;
  /**
   * As `PriceReader.readPriceLines`: every line that may hold for this customer (its own, its group's, campaigns,
   * everyone's) and one of `skus`; without a customer, lines for everyone.
   * @param query.skus distinct, at most 1,000
   * @returns the lines in no order; all of them are known to be so at one time
   */
  readPriceLines(query: {
    readonly customer: Pick<Customer, "number" | "priceGroup"> | null;
    readonly skus: readonly Sku[];
  }): Promise<{ readonly lines: readonly PriceLine[]; readonly provenance: Provenance }>;
}
