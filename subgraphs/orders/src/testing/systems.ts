import { setTimeout as sleep } from "node:timers/promises";
import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseLocalDate,
  parseOrderNumber,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  zeroQuantity,
  type Address,
  type Customer,
  type Money,
  type OrderStatus,
  type PriceLine,
  type Product,
  type Quantity,
  type SourceOrder,
  type StockPosition,
} from "@crossdock/domain";
import { SourceUnavailableError } from "@crossdock/source-contract";
import type { ReadsDeps } from "@crossdock/reads";
import type { OrdersDeps } from "../deps.ts";

export const EA = parseUomCode("EA");
export const HARBOR = parseCustomerNumber("C10010");
export const SUMMIT = parseCustomerNumber("C10020");
const EAST = parseWarehouseCode("EAST");
const WEST = parseWarehouseCode("WEST");

/** The three systems in memory: what this subgraph asks of its outside, counted. */
export type Systems = {
  readonly erp: ReadsDeps["erp"] & OrdersDeps["erp"];
  readonly wms: Pick<ReadsDeps["wms"], "name" | "stock" | "warehouses">;
  readonly finance: Pick<ReadsDeps["finance"], "name" | "receivables">;
  /** `readOrders(50)`: each bulk call with its number of keys, in order. */
  readonly calls: string[];
  /** Names of systems that do not answer. */
  readonly down: Set<string>;
  /** How long a system takes to answer, in milliseconds; at once when it is not named. */
  readonly slow: Map<string, number>;
  readonly orders: Map<string, SourceOrder>;
  readonly customers: Map<string, Customer>;
};

export function createSystems(): Systems {
  const calls: string[] = [];
  const down = new Set<string>();
  const slow = new Map<string, number>();
  const orders = new Map<string, SourceOrder>();
  const customers = new Map([customer("C10010", "Harbor Marine"), customer("C10020", "Summit")]);
  const products = new Map([product("NG-1", "4"), product("NG-2", "10"), product("NG-OFF", "1")]);
  const answer = async <Answer>(system: string, call: string, keys: number, read: () => Answer) => {
    calls.push(`${call}(${String(keys)})`);
    const latencyMs = slow.get(system);
    if (latencyMs !== undefined) await sleep(latencyMs);
    if (down.has(system)) throw new SourceUnavailableError(system, call, "refused");
    return read();
  };
  return {
    calls,
    down,
    slow,
    orders,
    customers,
    erp: {
      name: "erp",
      customers: {
        readCustomers: (keys) =>
          answer("erp", "readCustomers", keys.length, () =>
            keys.map((key) => customers.get(key) ?? null),
          ),
        listCustomers: () =>
          answer("erp", "listCustomers", 0, () => ({ items: [...customers.values()], next: null })),
      },
      products: {
        readProducts: (keys) =>
          answer("erp", "readProducts", keys.length, () =>
            keys.map((key) => products.get(key) ?? null),
          ),
        listProducts: () => answer("erp", "listProducts", 0, () => ({ items: [], next: null })),
      },
      prices: {
        readPriceLines: ({ skus }) =>
          answer("erp", "readPriceLines", skus.length, () =>
            CONTRACTS.filter((line) => skus.includes(line.sku)),
          ),
      },
      orders: {
        readOrders: (keys) =>
          answer("erp", "readOrders", keys.length, () =>
            keys.map((key) => orders.get(key) ?? null),
          ),
      },
    },
    wms: {
      name: "wms",
      warehouses: {
        listWarehouses: () =>
          answer("wms", "listWarehouses", 0, () =>
            [EAST, WEST].map((code) => ({ code, name: code, address: addressOf(code) })),
          ),
      },
      stock: {
        readStock: (keys) =>
          answer("wms", "readStock", keys.length, () =>
            keys.map((sku) => [position(sku, EAST, 100), position(sku, WEST, 20)]),
          ),
        readLots: (keys) => answer("wms", "readLots", keys.length, () => keys.map(() => [])),
      },
    },
    finance: {
      name: "finance",
      receivables: {
        readReceivables: (keys) =>
          answer("finance", "readReceivables", keys.length, () =>
            keys.map((customerNumber) => ({
              customerNumber,
              balance: usd("500"),
              overdue: usd("0"),
              aging: [],
            })),
          ),
      },
    },
  };
}

const CONTRACTS: readonly PriceLine[] = [
  {
    listCode: "CT-C10010",
    appliesTo: { kind: "customer", customerNumber: HARBOR },
    sku: parseSku("NG-1"),
    uom: null,
    minimumQuantity: parseDecimal("10"),
    unitPrice: usd("3.50"),
    discountPercent: parseDecimal("0"),
    startsOn: null,
    endsOn: null,
  },
];

function customer(number: string, name: string): [string, Customer] {
  return [
    number,
    {
      number: parseCustomerNumber(number),
      name,
      status: "ACTIVE",
      currency: parseCurrencyCode("USD"),
      priceGroup: null,
      creditLimit: usd("100000"),
      shipToAddresses: [
        {
          name,
          lines: ["1 Pier Road"],
          city: "Portland",
          region: "ME",
          postalCode: "04101",
          country: "US",
        },
      ],
    },
  ];
}

function product(sku: string, price: string): [string, Product] {
  return [
    sku,
    {
      sku: parseSku(sku),
      name: `Item ${sku}`,
      description: null,
      gtin: null,
      baseUom: EA,
      uoms: [
        { uom: EA, factor: parseDecimal("1") },
        { uom: parseUomCode("BX"), factor: parseDecimal("12") },
      ],
      tracking: "NONE",
      weight: { value: parseDecimal("1.5"), uom: parseUomCode("KGM") },
      listPrice: usd(price),
      isBlocked: sku === "NG-OFF",
    },
  ];
}

function addressOf(city: string): Address {
  return { name: null, lines: [], city, region: "OH", postalCode: "43207", country: "US" };
}

function position(sku: StockPosition["sku"], warehouse: typeof EAST, onHand: number) {
  const zero = zeroQuantity(EA);
  return { sku, warehouse, onHand: each(String(onHand)), allocated: zero, inbound: zero };
}

/** An order of the ERP's own, of two lines. */
export function sourceOrder(
  number: string,
  rest: Partial<SourceOrder> & { readonly status?: OrderStatus } = {},
): SourceOrder {
  const line = (lineNumber: number, sku: string, count: string, price: string, total: string) => ({
    lineNumber,
    sku: parseSku(sku),
    description: sku,
    ordered: each(count),
    shipped: each("1"),
    invoiced: each("0"),
    unitPrice: usd(price),
    lineTotal: usd(total),
  });
  return {
    number: parseOrderNumber(number),
    key: null,
    customerNumber: HARBOR,
    customerReference: `PO-${number}`,
    status: "CONFIRMED",
    orderedOn: parseLocalDate("2026-11-01"),
    requestedDeliveryOn: parseLocalDate("2026-11-10"),
    shipTo: null,
    warehouse: EAST,
    subtotal: usd("28.00"),
    tax: usd("2.15"),
    total: usd("30.15"),
    lines: [line(1, "NG-1", "2", "4", "8.00"), line(2, "NG-2", "2", "10", "20.00")],
    modifiedAt: parseInstant("2026-11-02T10:00:00.000Z"),
    ...rest,
  };
}

export function usd(amount: string): Money {
  return { amount: parseDecimal(amount), currency: parseCurrencyCode("USD") };
}

function each(value: string): Quantity {
  return { value: parseDecimal(value), uom: EA };
}
