import {
  parseSku,
  type Instant,
  type ShelfMovement,
  type Sku,
  type StockReading,
} from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import type { StockFeed } from "@crossdock/source-contract";
import { z } from "zod";
import type { ShipbobClient } from "./client.ts";
import type { InventoryIndex } from "./inventory-index.ts";
import type { Sites } from "./sites.ts";
import { readHistory } from "./stock-history.ts";
import { itemLevels, levelOf, LEVELS_PATH, PAGE_ITEMS, type ItemLevels } from "./stock-levels.ts";

const levelsPage = z.object({ items: z.array(itemLevels), next: z.string().nullish() });

type LevelsPage = {
  readonly items: readonly ItemLevels[];
  readonly next: string | null;
  readonly askedAt: Instant;
  readonly answeredAt: Instant;
};
/** By `keyOf`. */
type Movements = ReadonlyMap<string, readonly ShelfMovement[]>;

type FeedDeps = {
  readonly client: ShipbobClient;
  readonly index: InventoryIndex;
  readonly sites: Sites;
  readonly clock: Clock;
};

/**
 * The vendor has no webhook for stock. Its history tells movements on hand, one call for each location, and
 * nothing of what orders are promised; its levels tell everything and not when it changed. A listing is one call for 250 items;
 * what moved is a call for each location and one more for each 250 items that did. Items without a sku, a second item of the
 * same sku, and locations that are none of our warehouses, are left out.
 */
export function createStockFeed({ client, index, sites, clock }: FeedDeps): StockFeed {
  /** One page of levels. @param inventoryIds every item when left out */
  const readPage = async (
    path: string,
    signal: AbortSignal,
    inventoryIds?: readonly number[],
  ): Promise<LevelsPage> => {
    const askedAt = clock.now();
    // The link to a next page carries the question.
    const query =
      path === LEVELS_PATH
        ? { InventoryIds: inventoryIds?.join(","), PageSize: String(PAGE_ITEMS) }
        : {};
    const { items, next = null } = await client.get(path, query, levelsPage, signal);
    return { items, next, askedAt, answeredAt: clock.now() };
  };

  const readingsOf = async (page: LevelsPage, moved: Movements, signal: AbortSignal) => {
    const { items, askedAt, answeredAt } = page;
    const { codeOf } = await sites.map(signal);
    const named = items.flatMap((item) => {
      const sku = skuOf(item.sku);
      return sku === null ? [] : [{ ...item, sku }];
    });
    const skus = [...new Set(named.map(({ sku }) => sku))];
    const indexed = await index.find(skus, signal);
    return named
      .filter(({ sku, inventory_id: id }) => indexed.get(sku)?.inventoryId === id)
      .flatMap(({ sku, inventory_id: inventoryId, locations }) =>
        locations.flatMap((at): StockReading[] => {
          const warehouse = codeOf.get(at.location_id);
          if (warehouse === undefined) return [];
          const movements = moved.get(keyOf(inventoryId, at.location_id)) ?? [];
          return [{ level: levelOf(sku, warehouse, at), movements, askedAt, answeredAt }];
        }),
      );
  };

  return {
    async listStock(after, signal) {
      const page = await readPage(after ?? LEVELS_PATH, signal);
      return { items: await readingsOf(page, new Map(), signal), next: page.next };
    },

    async readMovedStock({ since, skus }, signal) {
      const { codeOf } = await sites.map(signal);
      const locationIds = [...codeOf.keys()];
      const histories = await Promise.all(
        locationIds.map((locationId) => readHistory(client, locationId, since, signal)),
      );
      const moved: Map<string, ShelfMovement[]> = new Map();
      const wanted = await index.find(skus, signal);
      const ids = new Set([...wanted.values()].map(({ inventoryId }) => inventoryId));
      for (const { locationId, inventoryId, ...movement } of histories.flat()) {
        ids.add(inventoryId);
        const key = keyOf(inventoryId, locationId);
        moved.set(key, [...(moved.get(key) ?? []), movement]);
      }
      const readings: StockReading[] = [];
      for (const some of slicesOf([...ids], PAGE_ITEMS)) {
        readings.push(
          ...(await readingsOf(await readPage(LEVELS_PATH, signal, some), moved, signal)),
        );
      }
      return readings;
    },
  };
}

/** @returns `null` where people named an item in a way that no sku of ours can be */
function skuOf(raw: string | null | undefined): Sku | null {
  try {
    return raw == null ? null : parseSku(raw);
  } catch {
    return null;
  }
}

function keyOf(inventoryId: number, locationId: number): string {
  return `${String(inventoryId)}@${String(locationId)}`;
}

function* slicesOf<T>(all: readonly T[], size: number): Iterable<readonly T[]> {
  for (let at = 0; at < all.length; at += size) yield all.slice(at, at + size);
}
