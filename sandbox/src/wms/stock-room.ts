import type { World } from "../world/world.ts";
import type { Collection, Store } from "../kit/store.ts";
import type { LineRecord, LotRecord, Pick, Shortage, StockRecord } from "./records.ts";

/** Counts per item and location. Every change is in the journal before the method returns. */
export interface StockRoom {
  /** @returns the item's stock at the location; all zero where the item was never kept. */
  at(inventoryId: number, locationId: number): StockRecord;
  /** What keeps the lines from being promised at the location; empty when nothing does. */
  shortages(lines: readonly LineRecord[], locationId: number): Shortage[];
  /** Promises the lines to an order. The caller has checked `shortages`. */
  commit(lines: readonly LineRecord[], locationId: number): void;
  /** Takes a promise back; the lines were not picked. */
  release(lines: readonly LineRecord[], locationId: number): void;
  /** Takes from the shelf, the lot that expires first before the others. `null` when too few lie there. */
  pick(line: LineRecord, locationId: number, serial: (nth: number) => string): Pick[] | null;
  /** Picked goods leave the building. */
  ship(line: LineRecord, locationId: number): void;
  /** Picked goods do not leave with their order: back on the shelf, or thrown away where they are lost. */
  unpick(line: LineRecord, locationId: number, isLost: boolean): void;
  /** Nothing lies on the shelf but what was picked. @returns how many fewer there are than was known */
  empty(inventoryId: number, locationId: number): number;
  announce(inventoryId: number, locationId: number, quantity: number): void;
  /**
   * Goods arrive on the shelf.
   * @param announced so many are not awaited any more: as many as arrive when left out
   */
  stow(
    inventoryId: number,
    locationId: number,
    quantity: number,
    lot: { readonly number: string; readonly expiresOn: string } | null,
    announced?: number,
  ): void;
  /** Goods that nobody announced are put on the shelf: they came back. */
  restock(
    inventoryId: number,
    locationId: number,
    quantity: number,
    lot: { readonly number: string; readonly expiresOn: string } | null,
  ): void;
  /** People counted the shelf; of an item without lots. @returns how many more there are than was known */
  recount(inventoryId: number, locationId: number, onHand: number): number;
}

export function createStockRoom(world: World, store: Store): StockRoom {
  const rows = store.collection<StockRecord>("stock", seedStock(world));
  const trackingOf = new Map(world.items.map((item) => [item.wmsInventoryId, item.tracking]));
  const at = (inventoryId: number, locationId: number) =>
    rows.get(keyOf(inventoryId, locationId)) ?? emptyStock(inventoryId, locationId);
  const change = (
    inventoryId: number,
    locationId: number,
    update: (row: StockRecord) => Partial<StockRecord>,
  ) => {
    putChanged(rows, at(inventoryId, locationId), update);
  };
  const promise = (lines: readonly LineRecord[], locationId: number, sign: 1 | -1) => {
    for (const { inventoryId, quantity } of lines) {
      if (inventoryId === null) continue;
      change(inventoryId, locationId, (row) => ({ committed: row.committed + sign * quantity }));
    }
  };

  return {
    at,
    shortages(lines, locationId) {
      const wanted = new Map<string, { inventoryId: number | null; quantity: number }>();
      for (const { sku, inventoryId, quantity } of lines) {
        wanted.set(sku, { inventoryId, quantity: quantity + (wanted.get(sku)?.quantity ?? 0) });
      }
      return [...wanted].flatMap(([sku, { inventoryId, quantity }]) => {
        const row = inventoryId === null ? null : at(inventoryId, locationId);
        const free = row === null ? 0 : Math.max(0, row.onHand - row.committed);
        return free >= quantity ? [] : [{ sku, inventoryId, missing: quantity - free }];
      });
    },
    commit: (lines, locationId) => promise(lines, locationId, 1),
    release: (lines, locationId) => promise(lines, locationId, -1),
    pick({ inventoryId, quantity }, locationId, serial) {
      if (inventoryId === null) return null;
      const row = at(inventoryId, locationId);
      if (row.onHand - row.picked < quantity) return null;
      const picks = pickLots(row.lots, quantity);
      change(inventoryId, locationId, () => ({
        picked: row.picked + quantity,
        lots: row.lots.map((lot) => ({ ...lot, picked: lot.picked + takenFrom(lot, picks) })),
      }));
      return trackingOf.get(inventoryId) === "SERIAL"
        ? picks.map((pick) => ({
            ...pick,
            serials: Array.from({ length: pick.quantity }, (_, nth) => serial(nth + 1)),
          }))
        : picks;
    },
    ship({ inventoryId, quantity, picks }, locationId) {
      if (inventoryId === null) return;
      change(inventoryId, locationId, (row) => ({
        onHand: row.onHand - quantity,
        committed: row.committed - quantity,
        picked: row.picked - quantity,
        lots: row.lots
          .map((lot) => ({
            ...lot,
            onHand: lot.onHand - takenFrom(lot, picks),
            picked: lot.picked - takenFrom(lot, picks),
          }))
          .filter((lot) => lot.onHand > 0),
      }));
    },
    unpick({ inventoryId, quantity, picks }, locationId, isLost) {
      if (inventoryId === null) return;
      const lost = (count: number) => (isLost ? count : 0);
      change(inventoryId, locationId, (row) => ({
        onHand: row.onHand - lost(quantity),
        committed: row.committed - quantity,
        picked: row.picked - quantity,
        lots: row.lots.map((lot) => ({
          ...lot,
          onHand: lot.onHand - lost(takenFrom(lot, picks)),
          picked: lot.picked - takenFrom(lot, picks),
        })),
      }));
    },
    empty(inventoryId, locationId) {
      const { onHand, picked } = at(inventoryId, locationId);
      change(inventoryId, locationId, (row) => ({
        onHand: row.picked,
        lots: row.lots.map((lot) => ({ ...lot, onHand: lot.picked })),
      }));
      return onHand - picked;
    },
    announce(inventoryId, locationId, quantity) {
      change(inventoryId, locationId, (row) => ({ awaiting: row.awaiting + quantity }));
    },
    stow(inventoryId, locationId, quantity, lot, announced = quantity) {
      change(inventoryId, locationId, (row) => ({
        onHand: row.onHand + quantity,
        awaiting: Math.max(0, row.awaiting - announced),
        lots: lot === null ? row.lots : withLot(row.lots, lot, quantity),
      }));
    },
    restock(inventoryId, locationId, quantity, lot) {
      change(inventoryId, locationId, (row) => ({
        onHand: row.onHand + quantity,
        lots: lot === null ? row.lots : withLot(row.lots, lot, quantity),
      }));
    },
    recount(inventoryId, locationId, onHand) {
      const before = at(inventoryId, locationId).onHand;
      change(inventoryId, locationId, () => ({ onHand }));
      return onHand - before;
    },
  };
}

function putChanged(
  rows: Collection<StockRecord>,
  row: StockRecord,
  update: (row: StockRecord) => Partial<StockRecord>,
): void {
  rows.put(keyOf(row.inventoryId, row.locationId), { ...row, ...update(row) });
}

function pickLots(lots: readonly LotRecord[], quantity: number): Pick[] {
  if (lots.length === 0) return [{ quantity, lot: null, expiresOn: null, serials: [] }];
  const picks: Pick[] = [];
  let left = quantity;
  for (const lot of [...lots].sort((a, b) => a.expiresOn.localeCompare(b.expiresOn))) {
    const take = Math.min(left, lot.onHand - lot.picked);
    if (take <= 0) continue;
    picks.push({ quantity: take, lot: lot.number, expiresOn: lot.expiresOn, serials: [] });
    left -= take;
  }
  return picks;
}

function takenFrom(lot: LotRecord, picks: readonly Pick[]): number {
  return picks.reduce((sum, pick) => sum + (pick.lot === lot.number ? pick.quantity : 0), 0);
}

function withLot(
  lots: readonly LotRecord[],
  { number, expiresOn }: { readonly number: string; readonly expiresOn: string },
  quantity: number,
): LotRecord[] {
  const known = lots.find((lot) => lot.number === number);
  const others = lots.filter((lot) => lot.number !== number);
  return [
    ...others,
    { number, expiresOn, picked: known?.picked ?? 0, onHand: (known?.onHand ?? 0) + quantity },
  ];
}

/** Stock of the world, with what the waiting orders of the past have been promised. */
function* seedStock(world: World): Iterable<readonly [string, StockRecord]> {
  const locationOf = new Map(world.warehouses.map((site) => [site.code, site.wmsLocationId]));
  const promised = new Map<string, number>();
  for (const order of world.pastOrders) {
    if (!order.open) continue;
    for (const line of order.lines) {
      const key = `${line.sku}@${order.warehouseCode}`;
      promised.set(key, (promised.get(key) ?? 0) + Number(line.quantity));
    }
  }
  for (const item of world.items) {
    for (const { warehouseCode, onHand, lots } of item.stock) {
      const locationId = locationOf.get(warehouseCode);
      if (locationId === undefined) continue;
      yield [
        keyOf(item.wmsInventoryId, locationId),
        {
          ...emptyStock(item.wmsInventoryId, locationId),
          onHand,
          committed: promised.get(`${item.sku}@${warehouseCode}`) ?? 0,
          lots: lots.map((lot) => ({ ...lot, picked: 0 })),
        },
      ];
    }
  }
}

function emptyStock(inventoryId: number, locationId: number): StockRecord {
  return { inventoryId, locationId, onHand: 0, committed: 0, picked: 0, awaiting: 0, lots: [] };
}

function keyOf(inventoryId: number, locationId: number): string {
  return `${String(inventoryId)}@${String(locationId)}`;
}
