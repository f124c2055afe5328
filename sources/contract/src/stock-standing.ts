import { standingIn, type StockPolicy, type StockPosition } from "@crossdock/domain";
import type { StockFeed, StockReader } from "./stock.ts";
import type { WmsSystem } from "./systems.ts";

/**
 * The same warehouse system, whose every position says whether it can be promised: what the warehouse does not know and the
 * distributor has decided. All that reads stock reads it from here.
 */
export function withStockStanding(wms: WmsSystem, policy: StockPolicy): WmsSystem {
  return {
    ...wms,
    stock: readWithStanding(wms.stock, policy),
    stockFeed: feedWithStanding(wms.stockFeed, policy),
    inLane: (lane) => withStockStanding(wms.inLane(lane), policy),
  };
}

/** `withStockStanding` for what is asked. */
export function readWithStanding(stock: StockReader, policy: StockPolicy): StockReader {
  return {
    readLots: (skus, signal) => stock.readLots(skus, signal),
    readStock: async (skus, signal) =>
      (await stock.readStock(skus, signal)).map((positions) =>
        positions.map((position) => withStanding(position, policy)),
      ),
  };
}

/** `withStockStanding` for what is told. */
export function feedWithStanding(feed: StockFeed, policy: StockPolicy): StockFeed {
  return {
    listStock: async (after, signal) => {
      const { items, next } = await feed.listStock(after, signal);
      const standing = items.map((item) => ({ ...item, level: withStanding(item.level, policy) }));
      return { items: standing, next };
    },
    readMovedStock: async (query, signal) =>
      (await feed.readMovedStock(query, signal)).map((item) => ({
        ...item,
        level: withStanding(item.level, policy),
      })),
  };
}

function withStanding(position: StockPosition, policy: StockPolicy): StockPosition {
  const { countsTowardsAtp } = standingIn(policy, position.warehouse);
  return { ...position, countsTowardsAtp };
}
