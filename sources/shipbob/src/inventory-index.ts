import type { Sku } from "@crossdock/domain";
import { integerField, remember } from "@crossdock/source-http";
import { z } from "zod";
import type { ShipbobClient } from "./client.ts";

/** The warehouse's own number of each sku: its bulk reads take nothing else. */
export interface InventoryIndex {
  /** @returns an entry per sku that the warehouse keeps; unknown ones are left out */
  find(skus: readonly Sku[], signal: AbortSignal): Promise<ReadonlyMap<Sku, IndexedItem>>;
  /** The way back. @returns an entry per number that is an item's; unknown ones are left out */
  skusOf(ids: readonly number[], signal: AbortSignal): Promise<ReadonlyMap<number, string>>;
}

export type IndexedItem = {
  readonly inventoryId: number;
  /** Whether the item may have lots; unknown counts as yes. */
  readonly mayHaveLots: boolean;
};

const PAGE_SIZE = "250";
const LIFETIME_MS = 15 * 60_000;
/** An sku that is missing is looked for again at most this often. */
const LEAST_AGE_MS = 60_000;

const inventoryItem = z.object({
  inventory_id: integerField,
  sku: z.string().nullish(),
  is_lot: z.boolean().nullish(),
});

export function createInventoryIndex(client: ShipbobClient): InventoryIndex {
  const shared = remember(async (signal) => {
    const items = await client.getAll("/inventory", { PageSize: PAGE_SIZE }, inventoryItem, signal);
    const bySku = new Map<string, IndexedItem>();
    for (const { inventory_id: inventoryId, sku, is_lot: isLot } of items) {
      if (sku != null) bySku.set(sku, { inventoryId, mayHaveLots: isLot !== false });
    }
    return bySku;
  }, LIFETIME_MS);

  return {
    async find(skus, signal) {
      let known = await shared.get(signal);
      if (skus.some((sku) => !known.has(sku)))
        known = await shared.get(signal, Date.now() - LEAST_AGE_MS);
      const found = new Map<Sku, IndexedItem>();
      for (const sku of skus) {
        const item = known.get(sku);
        if (item !== undefined) found.set(sku, item);
      }
      return found;
    },
    async skusOf(ids, signal) {
      if (ids.length === 0) return new Map();
      const bySku = await shared.get(signal);
      const wanted = new Set(ids);
      return new Map(
        [...bySku].flatMap(([sku, { inventoryId }]) =>
          wanted.has(inventoryId) ? [[inventoryId, sku] as const] : [],
        ),
      );
    },
  };
}
