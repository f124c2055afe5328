import {
  parseLocalDate,
  parseUomCode,
  quantity,
  type Lot,
  type Sku,
  type StockPosition,
  type WarehouseCode,
} from "@crossdock/domain";
import type { StockReader } from "@crossdock/source-contract";
import { decimalField, integerField } from "@crossdock/source-http";
import { z } from "zod";
import type { ShipbobClient } from "./client.ts";
import type { IndexedItem, InventoryIndex } from "./inventory-index.ts";
import type { Sites } from "./sites.ts";

/** The warehouse counts single units. */
export const COUNTING_UNIT = parseUomCode("EA");
/** One page for as many items as a bulk read may name. */
const PAGE_SIZE = "250";

const levels = z.object({
  inventory_id: integerField,
  locations: z.array(
    z.object({
      location_id: integerField,
      on_hand_quantity: decimalField,
      committed_quantity: decimalField,
      awaiting_quantity: decimalField,
    }),
  ),
});
const lotLevels = z.object({
  inventory_id: integerField,
  lots: z.array(
    z.object({
      lot_number: z.string(),
      lot_date: z.string().nullish(),
      locations: z.array(z.object({ location_id: integerField, on_hand_quantity: decimalField })),
    }),
  ),
});
type LotLevels = z.infer<typeof lotLevels>;

type StockDeps = {
  readonly client: ShipbobClient;
  readonly index: InventoryIndex;
  readonly sites: Sites;
};

/** One call for the counts of all skus, and one more when any of them may have lots. */
export function createStockReader({ client, index, sites }: StockDeps): StockReader {
  const readLevels = <T>(
    path: string,
    inventoryIds: readonly number[],
    item: z.ZodType<T>,
    signal: AbortSignal,
  ) =>
    inventoryIds.length === 0
      ? Promise.resolve([])
      : client.getAll(
          path,
          { InventoryIds: inventoryIds.join(","), PageSize: PAGE_SIZE },
          item,
          signal,
        );

  return {
    async readStock(skus, signal) {
      signal.throwIfAborted();
      const [{ codeOf }, items] = await Promise.all([sites.map(signal), index.find(skus, signal)]);
      const [atLocations, inLots] = await Promise.all([
        readLevels(
          "/inventory-level/locations",
          idsOf(items, () => true),
          levels,
          signal,
        ),
        readLevels(
          "/inventory-level/lots",
          idsOf(items, ({ mayHaveLots }) => mayHaveLots),
          lotLevels,
          signal,
        ),
      ]);
      const levelOf = new Map(atLocations.map((level) => [level.inventory_id, level.locations]));
      const lotsOf = new Map(inLots.map((level) => [level.inventory_id, level.lots]));
      return skus.map((sku) => {
        const inventoryId = items.get(sku)?.inventoryId;
        if (inventoryId === undefined) return [];
        return (levelOf.get(inventoryId) ?? [])
          .flatMap((level) => {
            const warehouse = codeOf.get(level.location_id);
            if (warehouse === undefined) return [];
            const lots = lotsAt(lotsOf.get(inventoryId) ?? [], level.location_id);
            return [positionOf(sku, warehouse, level, lots)];
          })
          .sort((left, right) => (left.warehouse < right.warehouse ? -1 : 1));
      });
    },
  };
}

function idsOf(
  items: ReadonlyMap<Sku, IndexedItem>,
  wanted: (item: IndexedItem) => boolean,
): number[] {
  return [...items.values()].filter(wanted).map(({ inventoryId }) => inventoryId);
}

function positionOf(
  sku: Sku,
  warehouse: WarehouseCode,
  level: z.infer<typeof levels>["locations"][number],
  lots: readonly Lot[],
): StockPosition {
  return {
    sku,
    warehouse,
    onHand: quantity(level.on_hand_quantity, COUNTING_UNIT),
    allocated: quantity(level.committed_quantity, COUNTING_UNIT),
    inbound: quantity(level.awaiting_quantity, COUNTING_UNIT),
    lots,
  };
}

function lotsAt(lots: LotLevels["lots"], locationId: number): Lot[] {
  return lots.flatMap(({ lot_number: number, lot_date: date, locations }) => {
    const here = locations.find((location) => location.location_id === locationId);
    if (here === undefined) return [];
    const expiresOn = date == null ? null : parseLocalDate(date.slice(0, 10), "lot_date");
    return [
      { number, expiresOn, onHand: quantity(here.on_hand_quantity, COUNTING_UNIT), serials: [] },
    ];
  });
}
