import type { Product, Sku, StockPosition, Warehouse } from "@crossdock/domain";
import {
  parseCurrencyCode,
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
} from "@crossdock/domain";
import { SourceUnavailableError } from "@crossdock/source-contract";
import type { ReadsDeps } from "@crossdock/reads";
import type { InventoryDeps } from "../deps.ts";

const EA = parseUomCode("EA");
const each = (value: number) => ({ value: parseDecimal(String(value)), uom: EA });
const EAST = warehouse("EAST", "East Coast");
const WEST = warehouse("WEST", "West Coast");
/** All others are not told apart. */
const TRACKED: ReadonlyMap<number, Product["tracking"]> = new Map([
  [56, "LOT"],
  [58, "SERIAL"],
]);
/** Sixty items; the even ones are in stock in the east, two of each promised. */
export const catalogue = Array.from({ length: 60 }, (_, index) => product(index));

function warehouse(code: string, name: string): Warehouse {
  return { code: parseWarehouseCode(code), name, address: null };
}

function product(index: number): Product {
  return {
    sku: skuOf(index),
    name: index % 10 === 0 ? `Safety glove ${String(index)}` : `Bolt ${String(index)}`,
    description: null,
    gtin: null,
    baseUom: EA,
    uoms: [
      { uom: EA, factor: parseDecimal("1") },
      { uom: parseUomCode("BX"), factor: parseDecimal("12") },
    ],
    tracking: TRACKED.get(index) ?? "NONE",
    weight: { value: parseDecimal("0.250"), uom: parseUomCode("KGM") },
    listPrice: { amount: parseDecimal("1"), currency: parseCurrencyCode("USD") },
    isBlocked: false,
  };
}

export function skuOf(index: number): Sku {
  return parseSku(`NG-${String(10_000 + index)}`);
}

export function positionsOf(sku: Sku): StockPosition[] {
  const index = catalogue.findIndex((item) => item.sku === sku);
  if (index === -1 || index % 2 === 1) return [];
  const zero = { sku, inbound: each(0) };
  return [
    { ...zero, warehouse: EAST.code, onHand: each(index), allocated: each(2) },
    { ...zero, warehouse: WEST.code, onHand: each(5), allocated: each(1) },
  ];
}

/** An ERP and a warehouse system in memory that count their calls. */
export type Systems = {
  readonly erp: Pick<ReadsDeps["erp"], "name" | "products"> &
    Pick<InventoryDeps["erp"], "stockMovements">;
  readonly wms: Pick<ReadsDeps["wms"], "name" | "stock" | "warehouses">;
  /** `readStock(50)`: each bulk call with its number of keys, in order. */
  readonly calls: string[];
};

export function createSystems(isErpDown = false): Systems {
  const calls: string[] = [];
  const called = (operation: string, keys: number) => calls.push(`${operation}(${String(keys)})`);
  return {
    calls,
    erp: {
      name: "erp",
      stockMovements: {
        findMovement: async () => {
          called("findMovement", 1);
          return null;
        },
      },
      products: {
        readProducts: async (skus) => {
          called("readProducts", skus.length);
          if (isErpDown) throw new SourceUnavailableError("erp", "readProducts", "refused");
          return skus.map((sku) => catalogue.find((item) => item.sku === sku) ?? null);
        },
        // Pages of its own of at most 25 items, named by an offset.
        listProducts: async ({ search, after, limit }) => {
          called("listProducts", limit);
          const from = Number(after ?? 0);
          const found = catalogue.filter(({ name }) => name.includes(search ?? ""));
          const to = from + Math.min(limit, 25);
          return { items: found.slice(from, to), next: to < found.length ? String(to) : null };
        },
      },
    },
    wms: {
      name: "wms",
      warehouses: {
        listWarehouses: async () => {
          called("listWarehouses", 0);
          return [EAST, WEST];
        },
      },
      stock: {
        readStock: async (skus) => {
          called("readStock", skus.length);
          return skus.map(positionsOf);
        },
        readLots: async (skus) => {
          called("readLots", skus.length);
          return skus.map(() => []);
        },
      },
    },
  };
}
