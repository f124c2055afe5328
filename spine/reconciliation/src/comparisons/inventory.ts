import {
  compareStock,
  dateOf,
  instantOf,
  standingIn,
  subtractQuantities,
  zeroQuantity,
  type Difference,
  type Quantity,
  type Sku,
  type StockPosition,
  type WarehouseCode,
} from "@crossdock/domain";
import { stockKey } from "@crossdock/processes";
import type { BookedStock } from "@crossdock/source-contract";
import { z } from "zod";
import type { Comparison } from "../comparison.ts";
import { countProducts, walkSkus } from "../walks.ts";
import { DAY_MS, PAGE_KEYS, type ComparisonDeps } from "./deps.ts";
import { readStaleBook } from "./stale-stock.ts";
import { readUnderWay, sumOf } from "./under-way.ts";

/** What was not posted for so long is not on its way any more: it is a difference. */
export const UNDER_WAY_DAYS = 90;

const position = z.object({ sku: z.string() }).nullable();

/** The ERP's ledger with its journals, the warehouse's shelves and our stock book, by product and warehouse. */
export function compareInventory(deps: ComparisonDeps): Comparison {
  const { erp, wms, ledger } = deps;

  const differencesOf = async (skus: readonly Sku[], signal: AbortSignal) => {
    const since = instantOf(new Date(deps.clock.nowMs() - UNDER_WAY_DAYS * DAY_MS));
    const [warehouses, booked, shelves] = await Promise.all([
      wms.warehouses.listWarehouses(signal),
      erp.bookedStock.readBookedStock({ skus, receivedSince: dateOf(since) }, signal),
      wms.stock.readStock(skus, signal),
    ]);
    // After the sources: what a book says that was read before them would be older than what is compared with it.
    const [underWay, told] = await Promise.all([
      readUnderWay(deps, { skus, since }, signal),
      readStaleBook(deps, skus),
    ]);
    const buildings = new Set(warehouses.map(({ code }) => code));
    const differences: Difference[] = [];
    for (const [at, sku] of skus.entries()) {
      const here = (booked[at] ?? []).filter(({ warehouse }) => buildings.has(warehouse));
      for (const { level, books } of placesOf(sku, shelves[at] ?? [], here)) {
        const key = stockKey(level);
        const { uom } = level.onHand;
        const none = zeroQuantity(uom);
        const posted = books?.booked ?? none;
        if (posted.uom !== uom) continue;
        const difference = compareStock(
          {
            sku,
            warehouse: level.warehouse,
            booked: posted,
            waiting: waitingOf(deps, { level, books }),
            leaving: sumOf(underWay.leaving, key, uom),
            arriving: lessPosted(sumOf(underWay.arrived, key, uom), books?.received ?? none),
            onHand: level.onHand,
            told: told.get(key) ?? null,
          },
          { erp: erp.name, wms: wms.name },
        );
        if (difference !== null) differences.push(difference);
      }
    }
    return differences;
  };

  return {
    scope: "INVENTORY",
    count: () => countProducts(ledger),
    async nextPage(raw, signal) {
      const after = position.parse(raw);
      const skus = await walkSkus(ledger, after?.sku ?? null, PAGE_KEYS);
      const last = skus.at(-1);
      if (last === undefined) return { compared: 0, suspects: [], next: null };
      const differences = await differencesOf(skus, signal);
      return {
        compared: skus.length,
        suspects: differences.map(({ key }) => key),
        next: skus.length < PAGE_KEYS ? null : { sku: last },
      };
    },
    async look(keys, signal) {
      const wanted = new Set(keys);
      const skus = [...new Set(keys.map((key) => key.slice(0, key.lastIndexOf("@")) as Sku))];
      const differences = await differencesOf(skus, signal);
      return differences.filter(({ key }) => wanted.has(key));
    },
  };
}

type Place = {
  readonly level: Pick<StockPosition, "sku" | "warehouse" | "onHand">;
  readonly books: BookedStock | null;
};

/** Wherever the warehouse or the books have the product: a building in which the warehouse does not have it has nothing. */
function placesOf(
  sku: Sku,
  shelves: readonly StockPosition[],
  booked: readonly BookedStock[],
): readonly Place[] {
  const byCode = new Map<WarehouseCode, BookedStock>(
    booked.map((books) => [books.warehouse, books]),
  );
  const known = new Set(shelves.map(({ warehouse }) => warehouse));
  return [
    ...shelves.map(({ warehouse, onHand }) => ({
      level: { sku, warehouse, onHand },
      books: byCode.get(warehouse) ?? null,
    })),
    ...booked
      .filter(({ warehouse }) => !known.has(warehouse))
      .map((books) => ({
        level: { sku, warehouse: books.warehouse, onHand: zeroQuantity(books.booked.uom) },
        books,
      })),
  ];
}

/** `null` where the books do not tell what lies there. */
function waitingOf(deps: ComparisonDeps, { level, books }: Place): Quantity | null {
  if (!isBooked(deps, level.warehouse)) return null;
  return books === null ? zeroQuantity(level.onHand.uom) : books.waiting;
}

/** Goods of a supplier's, or that somebody keeps for others too, are in no books of the distributor's. */
function isBooked({ stockPolicy }: ComparisonDeps, warehouse: WarehouseCode): boolean {
  const { ownership } = standingIn(stockPolicy, warehouse);
  return ownership === "OWN" || ownership === "IN_TRANSIT";
}

/** Never less than nothing: what the ERP posted of older goods explains nothing. */
function lessPosted(arrived: Quantity, posted: Quantity): Quantity {
  const left = subtractQuantities(arrived, posted);
  return left.value.startsWith("-") ? zeroQuantity(arrived.uom) : left;
}
