import type { LocalDate, Quantity, Sku, WarehouseCode } from "@crossdock/domain";

/** What the books of an ERP say of one product in one warehouse, in its base unit. */
export type BookedStock = {
  readonly warehouse: WarehouseCode;
  /** Posted. Less than zero where more was posted out than in. */
  readonly booked: Quantity;
  /**
   * What lines that wait to be posted will add, signed: counts, differences, transfers; `null` where one of them is in a unit
   * that cannot be counted here.
   */
  readonly waiting: Quantity | null;
  /** Of what is posted, what came in from suppliers and customers on that day or later. */
  readonly received: Quantity;
};

export interface BookedStockReader {
  /**
   * @param skus 1 to 200, distinct
   * @param receivedSince from which day on `received` counts
   * @returns per sku, in key order, what the books have of it, in no order; a warehouse without entry or line is left out
   * @throws {SourceUnavailableError} nothing was read
   */
  readBookedStock(
    query: { readonly skus: readonly Sku[]; readonly receivedSince: LocalDate },
    signal: AbortSignal,
  ): Promise<readonly (readonly BookedStock[])[]>;
}
