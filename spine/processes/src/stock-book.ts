import type {
  Instant,
  Quantity,
  Sku,
  StockPosition,
  ToldStock,
  WarehouseCode,
} from "@crossdock/domain";

/** What subscribers have been told of one position, and when the warehouse had said so. */
export type StockRecord = ToldStock & { readonly readAt: Instant };

/** One product in all warehouses, as the warehouse system tells it: without our reservations. */
export type SeenStock = {
  /** By warehouse code. */
  readonly positions: readonly StockPosition[];
  /** All of the positions were so at this moment; some may have been seen later. */
  readonly seenAt: Instant;
};

/** Which positions a walk through the book meets. */
export type StockScope = {
  /** At most 500; not given: all. */
  readonly skus?: readonly Sku[];
  readonly warehouse?: WarehouseCode;
};

/** The stock of every product in every warehouse, as subscribers know it. */
export interface StockBook {
  /**
   * @param skus at most 1,000, distinct
   * @returns in no order; what no reading has told is left out
   */
  readStock(skus: readonly Sku[]): Promise<readonly StockRecord[]>;
  /**
   * What the warehouse would say, as far as its feed has read it.
   * @param skus at most 1,000, distinct @returns what no reading has told is left out
   */
  readSeen(skus: readonly Sku[]): Promise<ReadonlyMap<Sku, SeenStock>>;
  /**
   * What reservations hold now, as subscribers know it: one whose time is up holds until its end was told.
   * @param skus at most 1,000, distinct @returns by `stockKey`; what nothing is held of is left out
   */
  readHolds(skus: readonly Sku[]): Promise<ReadonlyMap<string, Quantity>>;
  /** The positions of a scope by sku and warehouse, each once however it changes meanwhile. */
  walkStock(
    scope: StockScope,
    page: { readonly after: StockName | null; readonly first: number },
  ): Promise<readonly StockRecord[]>;
  /** How many positions a walk would meet, counted no further than `atMost`. */
  countScope(scope: StockScope, atMost: number): Promise<number>;
  /** Whether what the warehouse `feed` names held before we listened is in the book: what is not, was zero. */
  isLoaded(feed: string): Promise<boolean>;
}

/** What a position is told from others by. */
export type StockName = { readonly sku: string; readonly warehouse: string };

/** `NG-10001@EAST`: the name of a position. */
export function stockKey({ sku, warehouse }: StockName): string {
  return `${sku}@${warehouse}`;
}
