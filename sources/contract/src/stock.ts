import type {
  CountTolerance,
  Instant,
  LotsInWarehouse,
  Sku,
  StockMovement,
  StockMovementDraft,
  StockPosition,
  StockReading,
  Warehouse,
} from "@crossdock/domain";
import type { Page } from "./reading.ts";
import type { Writer, WriteOutcome } from "./write-outcome.ts";

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
  /**
   * @param skus 1 to 200, distinct
   * @returns per sku, in key order, what its positions are made of, by warehouse code; empty for a sku that is unknown or has no lots
   */
  readLots(
    skus: readonly Sku[],
    signal: AbortSignal,
  ): Promise<readonly (readonly LotsInWarehouse[])[]>;
}

/**
 * Enters into the books what people say of stock. Whether it counts at once, or waits until a person in
 * that system posts it, is the system's way.
 */
export interface StockMovementWriter extends Writer {
  /** Looks for the entry of an earlier try by its key, posted or not; `null` when there is none. */
  findMovement(draft: StockMovementDraft, signal: AbortSignal): Promise<StockMovement | null>;
  /**
   * A count becomes its difference to what the books say now, entries that wait included: counted twice,
   * it is corrected once. Counts and differences of one product must come one at a time.
   * @param tolerance a count that is not within it is refused COUNT_OUT_OF_TOLERANCE and not entered; `null`: all are
   * @throws {UnknownOutcomeError} it may have been entered
   * @throws {SourceUnavailableError} it was not
   */
  bookMovement(
    draft: StockMovementDraft,
    signal: AbortSignal,
    tolerance: CountTolerance | null,
  ): Promise<WriteOutcome<StockMovement>>;
}

/** Tells what becomes of stock by itself: receipts, picks, counts, promises to orders. */
export interface StockFeed {
  /**
   * The level of every product in every warehouse, a slice at a time, without movements. Products that come or go
   * while it is read may be missed or come twice.
   */
  listStock(after: string | null, signal: AbortSignal): Promise<Page<StockReading>>;
  /**
   * What moved at or after `since`, and `skus` besides, as it is now in each warehouse, with its movements
   * since. The movements are asked for before the levels: every one of them is in its level.
   * @param query.skus at most 1,000, distinct; unknown ones are left out
   * @returns in no order
   */
  readMovedStock(
    query: { readonly since: Instant; readonly skus: readonly Sku[] },
    signal: AbortSignal,
  ): Promise<readonly StockReading[]>;
}
