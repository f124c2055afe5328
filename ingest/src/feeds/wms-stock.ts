import {
  compareQuantities,
  instantOf,
  parseSku,
  zeroQuantity,
  type Instant,
  type Quantity,
  type Sku,
  type StockPosition,
  type StockReading,
} from "@crossdock/domain";
import {
  noteStockLooks,
  stockKey,
  tellStockReadings,
  type OrderProcess,
  type StockBook,
  type StockRecord,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { WmsSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";

/** A reading, and when what it shows became so, as far as that can be told. */
export type StockSeen = { readonly reading: StockReading; readonly modifiedAt: Instant };

/** Levels do not say since when they are so: what is there before we listen is older than everything. */
const LONG_AGO = instantOf(new Date(0));

/** Levels that one statement looks up: those of a whole page hold the ledger's session for 15 to 40 ms. */
const COMPARED_AT_ONCE = 50;

/**
 * Stock as the warehouse moves, counts and promises it. Each sweep asks what moved, and reads one slice of all
 * levels besides: what no movement tells (promises to orders, announced goods, reservations that the warehouse
 * took over) is found within as many sweeps as there are slices, and the source's calls stay even.
 */
export function wmsStockFeed(deps: {
  readonly wms: Pick<WmsSystem, "name" | "stockFeed">;
  readonly book: StockBook;
  readonly process: OrderProcess;
  readonly clock: Clock;
}): Feed<StockSeen> {
  const { wms, book, process, clock } = deps;
  const name = `${wms.name}-stock`;
  let slice: string | null = null;
  /** Which products the last sweep has read, and when it had asked for them. */
  let looks: ReadonlyMap<Sku, Instant> = new Map();

  /** What is not as subscribers know it. */
  const newsOf = async (readings: readonly StockReading[]): Promise<readonly StockSeen[]> => {
    const news: StockSeen[] = [];
    for (let at = 0; at < readings.length; at += COMPARED_AT_ONCE) {
      news.push(...(await newsOfFew(readings.slice(at, at + COMPARED_AT_ONCE))));
    }
    return news;
  };

  const newsOfFew = async (readings: readonly StockReading[]): Promise<readonly StockSeen[]> => {
    const skus = skusOf(readings);
    const [records, holds] = await Promise.all([book.readStock(skus), book.readHolds(skus)]);
    const known = new Map(records.map((record) => [stockKey(record.level), record]));
    return readings.flatMap((reading) => {
      const key = stockKey(reading.level);
      const record = known.get(key);
      if (record !== undefined && isAsTold(reading, record, holds.get(key))) return [];
      const modifiedAt = reading.movements.at(-1)?.at ?? record?.readAt ?? LONG_AGO;
      return [{ reading, modifiedAt }];
    });
  };

  const nextSlice = async (signal: AbortSignal): Promise<readonly StockReading[]> => {
    const from = slice;
    // A link to a page may grow old: after a failure the walk begins again.
    slice = null;
    const page = await wms.stockFeed.listStock(from, signal);
    slice = page.next;
    return page.items;
  };

  return {
    name,
    source: wms.name,
    async listChanged({ since, after }, signal) {
      if (since === null) {
        const page = await wms.stockFeed.listStock(after, signal);
        const items = page.items.map((reading) => ({ reading, modifiedAt: LONG_AGO }));
        return { items, next: page.next };
      }
      // Before the first listing is whole there is nothing to compare with, and what moves is found afterwards.
      if (!(await book.isLoaded(name))) return { items: [], next: null };
      looks = new Map();
      const levels = await nextSlice(signal);
      const changed = await newsOf(levels);
      const skus = skusOf(changed.map(({ reading }) => reading));
      const moved = await wms.stockFeed.readMovedStock({ since, skus }, signal);
      const items = await newsOf(moved);
      looks = looksOf([...levels.filter(({ level }) => !skus.includes(level.sku)), ...moved]);
      return { items, next: null };
    },
    // No notification names an item; who asks for one again names it by its sku.
    async readAgain(skus, signal) {
      const query = { since: clock.now(), skus: skus.map((raw) => parseSku(raw)) };
      return newsOf(await wms.stockFeed.readMovedStock(query, signal));
    },
    modifiedAtOf: ({ modifiedAt }) => modifiedAt,

    async record(trx, items, { correlationId }) {
      const readings = items.map(({ reading }) => reading);
      const events = await tellStockReadings(trx, readings, name);
      await process.apply(trx, [], events, { correlationId, causationId: null });
    },

    noteSwept: (trx) => noteStockLooks(trx, looks),
  };
}

function skusOf(readings: readonly StockReading[]): readonly Sku[] {
  return [...new Set(readings.map(({ level }) => level.sku))];
}

/** A reading has all warehouses of its product; of two the later one counts. */
function looksOf(readings: readonly StockReading[]): ReadonlyMap<Sku, Instant> {
  return new Map(readings.map(({ level, askedAt }) => [level.sku, askedAt]));
}

function isAsTold(
  { level, movements }: StockReading,
  told: StockRecord,
  held: Quantity | undefined,
): boolean {
  const isSame = (left: Quantity, right: Quantity) => compareQuantities(left, right) === 0;
  return (
    movements.every(({ number }) => number <= told.lastMovement) &&
    isSame(level.onHand, told.level.onHand) &&
    isSame(level.allocated, told.level.allocated) &&
    isSame(level.inbound, told.level.inbound) &&
    isSame(inTransitOf(level), inTransitOf(told.level)) &&
    (level.countsTowardsAtp ?? true) === (told.level.countsTowardsAtp ?? true) &&
    isSame(told.held, held ?? zeroQuantity(told.held.uom))
  );
}

function inTransitOf({ inTransit, onHand }: StockPosition): Quantity {
  return inTransit ?? zeroQuantity(onHand.uom);
}
