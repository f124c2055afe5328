import type { Sku, StockPosition, Warehouse } from "@crossdock/domain";

export interface WarehouseReader {
  /** All warehouses, by code. */
  listWarehouses(signal: AbortSignal): Promise<readonly Warehouse[]>;
}

export interface StockReader {
  /**
   * @param skus 1 to 200, distinct
   * @returns per sku, in key order, its positions by warehouse code; empty for an unknown sku.
   * Quantities are in the source's counting unit, `EA`, which is the base unit of every item there.
   */
  readStock(
    skus: readonly Sku[],
    signal: AbortSignal,
  ): Promise<readonly (readonly StockPosition[])[]>;
}
