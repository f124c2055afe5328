import { parseLocalDate, quantity, type Lot, type Sku } from "@crossdock/domain";
import type { StockReader } from "@crossdock/source-contract";
import { decimalField, integerField } from "@crossdock/source-http";
import { z } from "zod";
import type { ShipbobClient } from "./client.ts";
import type { IndexedItem, InventoryIndex } from "./inventory-index.ts";
import type { Sites } from "./sites.ts";
import { COUNTING_UNIT, itemLevels, levelOf, LEVELS_PATH, PAGE_ITEMS } from "./stock-levels.ts";

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
          { InventoryIds: inventoryIds.join(","), PageSize: String(PAGE_ITEMS) },
          item,
          signal,
        );

  return {
    async readStock(skus, signal) {
      signal.throwIfAborted();
      const [{ codeOf }, items] = await Promise.all([sites.map(signal), index.find(skus, signal)]);
      const [atLocations, inLots] = await Promise.all([
        readLevels(
          LEVELS_PATH,
          idsOf(items, () => true),
          itemLevels,
          signal,
        ),
        readLevels(
          "/inventory-level/lots",
          idsOf(items, ({ mayHaveLots }) => mayHaveLots),
          lotLevels,
          signal,
        ),
      ]);
      const levelsOf = new Map(atLocations.map((level) => [level.inventory_id, level.locations]));
      const lotsOf = new Map(inLots.map((level) => [level.inventory_id, level.lots]));
      return skus.map((sku) => {
        const inventoryId = items.get(sku)?.inventoryId;
        if (inventoryId === undefined) return [];
        return (levelsOf.get(inventoryId) ?? [])
          .flatMap((level) => {
            const warehouse = codeOf.get(level.location_id);
            if (warehouse === undefined) return [];
            const lots = lotsAt(lotsOf.get(inventoryId) ?? [], level.location_id);
            return [{ ...levelOf(sku, warehouse, level), lots }];
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
