import {
  addQuantities,
  availableToPromise,
  nothingTold,
  stockAfterEach,
  stockChangesOf,
  subtractQuantities,
  toldBy,
  zeroQuantity,
  type Instant,
  type InventoryChange,
  type Quantity,
  type Sku,
  type StockPosition,
  type StockReading,
  type WarehouseCode,
} from "@crossdock/domain";
import { inventoryChanged, type NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { isHistoryRead } from "./history.ts";
import { stockKey, type StockRecord } from "./stock-book.ts";
import { lockStock, readToldStock, saveToldStock, sumToldHolds } from "./stock-book-postgres.ts";

/** A change of one position, as whoever made it knows it. */
export type ToldChange = {
  readonly sku: Sku;
  readonly warehouse: WarehouseCode;
  readonly change: InventoryChange;
  readonly delta: Quantity;
  readonly at: Instant;
};

/**
 * What was entered into the ERP's books, for subscribers. The warehouse's stock is what it was, so the event has no position.
 * Nobody's event: stock is told to every account.
 */
export function bookedStockEvent({ at, ...data }: ToldChange): NewEvent {
  return inventoryChanged.create({ ...data, position: null }, context(at));
}

/**
 * Tells what reservations set aside or gave back, with the stock as it is then. Locks the products: call it after
 * the rows of the reservations, and append what it returns in the same transaction.
 * @param changes RESERVED and RELEASED only, at most 500
 * @returns in their order, each with the stock after it: `null` where the warehouse has not told it yet
 */
export async function tellHeldStock(
  trx: LedgerTransaction,
  changes: readonly ToldChange[],
): Promise<readonly NewEvent[]> {
  const skus = changes.map(({ sku }) => sku);
  await lockStock(trx, skus);
  const told = new Map(await readToldStock(trx, [...new Set(skus)]));
  const events = changes.map(({ at, ...data }) => {
    const before = told.get(stockKey(data));
    if (before === undefined) {
      return inventoryChanged.create({ ...data, position: null }, context(at));
    }
    // What can be promised goes down by what is held, and up again when it is given back.
    const after = { ...before, held: subtractQuantities(before.held, data.delta) };
    told.set(stockKey(data), after);
    return inventoryChanged.create({ ...data, position: toldPositionOf(after) }, context(at));
  });
  await saveToldStock(trx, [...told.values()]);
  return events;
}

/**
 * Takes what a warehouse says of its stock into the book. A reading that was asked for before the book's own
 * had been answered may be the older one: it is passed over, the next one settles it.
 * @param readings at most 1,000, of distinct positions
 * @param feed whose it is. Until what was there before we listened is in the book, a position that is not in it fills it
 * and is no news; from then on, it was zero before
 * @returns what to append in the same transaction
 */
export async function tellStockReadings(
  trx: LedgerTransaction,
  readings: readonly StockReading[],
  feed: string,
): Promise<readonly NewEvent[]> {
  const skus = [...new Set(readings.map(({ level }) => level.sku))];
  if (skus.length === 0) return [];
  await lockStock(trx, skus);
  const told = await readToldStock(trx, skus);
  const holds = await sumToldHolds(trx, skus);
  const isLoaded = await isHistoryRead(trx, feed);
  const records: StockRecord[] = [];
  const events: NewEvent[] = [];
  for (const reading of readings) {
    const { level, askedAt, answeredAt } = reading;
    const known = told.get(stockKey(level));
    if (known !== undefined && known.readAt > askedAt) continue;
    const before = known ?? nothingTold(level);
    const held = holds.get(stockKey(level)) ?? zeroQuantity(level.onHand.uom);
    const record = { ...toldBy(before, reading, held), readAt: answeredAt };
    records.push(record);
    if (known === undefined && !isLoaded) continue;
    const { sku, warehouse, onHand } = level;
    const changes = stockChangesOf(before, reading, held);
    const allocated = addQuantities(level.allocated, held);
    const after = stockAfterEach(changes, { onHand, allocated });
    for (const [nth, { at, change, delta }] of changes.entries()) {
      const position = positionOf({ ...level, ...after[nth] }, answeredAt);
      const data = { sku, warehouse, change, delta, position };
      events.push(inventoryChanged.create(data, context(at)));
    }
  }
  await saveToldStock(trx, records);
  return events;
}

/** As an event carries it: in the unit of its delta. */
export function toldPositionOf({ level, held, readAt }: StockRecord) {
  return positionOf({ ...level, allocated: addQuantities(level.allocated, held) }, readAt);
}

/** @param level its `allocated` is with our reservations */
function positionOf(
  { onHand, allocated, inbound, countsTowardsAtp = true }: StockPosition,
  readAt: Instant,
) {
  return {
    onHand: onHand.value,
    allocated: allocated.value,
    inbound: inbound.value,
    availableToPromise: availableToPromise({ onHand, allocated, countsTowardsAtp }).value,
    asOf: readAt,
  };
}

function context(at: Instant) {
  return { occurredAt: at, customerNumber: null };
}
