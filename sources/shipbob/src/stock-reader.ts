import {
  parseLocalDate,
  quantity,
  type Lot,
  type LotsInWarehouse,
  type WarehouseCode,
} from "@crossdock/domain";
import type { StockReader } from "@crossdock/source-contract";
import { decimalField, integerField } from "@crossdock/source-http";
import { z } from "zod";
import type { ShipbobClient } from "./client.ts";
import type { InventoryIndex } from "./inventory-index.ts";
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

/** One call for the counts of all skus, and one for the lots of those that may have any. */
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
      const ids = [...items.values()].map(({ inventoryId }) => inventoryId);
      const found = await readLevels(LEVELS_PATH, ids, itemLevels, signal);
      const locationsOf = new Map(found.map((level) => [level.inventory_id, level.locations]));
      return skus.map((sku) => {
        const inventoryId = items.get(sku)?.inventoryId;
        const locations = inventoryId === undefined ? [] : (locationsOf.get(inventoryId) ?? []);
        return locations
          .flatMap((level) => {
            const warehouse = codeOf.get(level.location_id);
            return warehouse === undefined ? [] : [levelOf(sku, warehouse, level)];
          })
          .sort(byWarehouse);
      });
    },

    async readLots(skus, signal) {
      signal.throwIfAborted();
      const [{ codeOf }, items] = await Promise.all([sites.map(signal), index.find(skus, signal)]);
      const withLots = [...items.values()].filter(({ mayHaveLots }) => mayHaveLots);
      const ids = withLots.map(({ inventoryId }) => inventoryId);
      const found = await readLevels("/inventory-level/lots", ids, lotLevels, signal);
      const lotsOf = new Map(found.map((level) => [level.inventory_id, level.lots]));
      return skus.map((sku) => {
        const inventoryId = items.get(sku)?.inventoryId;
        const lots = inventoryId === undefined ? [] : (lotsOf.get(inventoryId) ?? []);
        return [...codeOf]
          .flatMap(([locationId, warehouse]): LotsInWarehouse[] => {
            const here = lotsAt(lots, locationId);
            return here.length === 0 ? [] : [{ sku, warehouse, lots: here }];
          })
          .sort(byWarehouse);
      });
    },
  };
}

type InWarehouse = { readonly warehouse: WarehouseCode };

function byWarehouse(left: InWarehouse, right: InWarehouse): number {
  return left.warehouse < right.warehouse ? -1 : 1;
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
