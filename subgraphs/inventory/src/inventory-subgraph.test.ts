import type { Product, Sku, StockPosition, Viewer, Warehouse } from "@crossdock/domain";
import {
  parseCurrencyCode,
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
} from "@crossdock/domain";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import { SourceUnavailableError } from "@crossdock/source-contract";
import { askerOf, codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { createInventorySubgraph, type InventoryDeps } from "./index.ts";

const EA = parseUomCode("EA");
const each = (value: number) => ({ value: parseDecimal(String(value)), uom: EA });
const EAST = warehouse("EAST", "East Coast");
const WEST = warehouse("WEST", "West Coast");
/** Sixty items; the even ones are in stock in the east, two of each promised. */
const catalogue = Array.from({ length: 60 }, (_, index) => product(index));

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
    tracking: "NONE",
    weight: { value: parseDecimal("0.250"), uom: parseUomCode("KGM") },
    listPrice: { amount: parseDecimal("1"), currency: parseCurrencyCode("USD") },
    isBlocked: false,
  };
}

function skuOf(index: number): Sku {
  return parseSku(`NG-${String(10_000 + index)}`);
}

function positionsOf(sku: Sku): StockPosition[] {
  const index = catalogue.findIndex((item) => item.sku === sku);
  if (index === -1 || index % 2 === 1) return [];
  const zero = { sku, inbound: each(0), lots: [] };
  return [
    { ...zero, warehouse: EAST.code, onHand: each(index), allocated: each(2) },
    { ...zero, warehouse: WEST.code, onHand: each(5), allocated: each(1) },
  ];
}

function start(isErpDown = false) {
  const calls: string[] = [];
  const called = (operation: string, keys: number) => calls.push(`${operation}(${String(keys)})`);
  const deps: InventoryDeps = {
    clock: createFixedClock("2026-11-21T08:00:00Z"),
    logger: createLogger({ name: "test", level: "silent" }),
    erp: {
      name: "erp",
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
      },
    },
  };
  const asker = askerOf(createInventorySubgraph(deps));
  const ask = (query: string, variables = {}, viewer: Viewer | null = somebody) => {
    calls.length = 0;
    return asker.ask(query, viewer, variables);
  };
  return { ask, calls };
}

const somebody = viewerOf("portal", []);

test("a product tells its item and its stock, in exact text", async () => {
  const { ask } = start();
  const result = await ask(`{ product(sku: "NG-10010") {
    id sku name baseUom tracking uoms { uom factor } weight { value uom }
    availableToPromise { value uom } provenance { source asOf freshness }
    inventory(warehouse: "EAST") {
      id onHand { value } allocated { value } availableToPromise { value }
      warehouse { id code name } product { name } provenance { source freshness }
    } } }`);
  expect(dataOf(result).product).toEqual({
    id: "NG-10010",
    sku: "NG-10010",
    name: "Safety glove 10",
    baseUom: "EA",
    tracking: "NONE",
    uoms: [
      { uom: "EA", factor: "1" },
      { uom: "BX", factor: "12" },
    ],
    weight: { value: "0.25", uom: "KGM" },
    availableToPromise: { value: "12", uom: "EA" },
    provenance: { source: "erp", asOf: "2026-11-21T08:00:00.000Z", freshness: "LIVE" },
    inventory: [
      {
        id: "NG-10010@EAST",
        onHand: { value: "10" },
        allocated: { value: "2" },
        availableToPromise: { value: "8" },
        warehouse: { id: "EAST", code: "EAST", name: "East Coast" },
        product: { name: "Safety glove 10" },
        provenance: { source: "wms", freshness: "LIVE" },
      },
    ],
  });
});

test("an unknown product and an id that cannot be one are both null", async () => {
  const { ask } = start();
  const query = "query($id: ID) { product(id: $id) { id } }";
  for (const id of ["NG-99999", "", "<script>", "x".repeat(500)]) {
    expect(dataOf(await ask(query, { id })).product).toBeNull();
  }
  expect(codesOf(await ask("{ product { id } }"))).toEqual(["BAD_USER_INPUT"]);
});

test("nobody sees the catalogue without saying who they are", async () => {
  const { ask, calls } = start();
  expect(codesOf(await ask("{ warehouses { code } }", {}, null))).toEqual(["UNAUTHENTICATED"]);
  expect(calls).toEqual([]);
});

test("availability is one read of the warehouse, whatever the number of skus", async () => {
  const { ask, calls } = start();
  const skus = catalogue.map(({ sku }) => sku);
  const result = await ask(
    'query($skus: [String!]!) { availability(skus: $skus, warehouse: "WEST") { id product { name } warehouse { name } } }',
    { skus: [...skus, "NG-99999"] },
  );
  expect(dataOf(result).availability).toHaveLength(30);
  expect(calls.sort()).toEqual(["listWarehouses(0)", "readProducts(30)", "readStock(61)"]);
});

test("stock can be told while the ERP is down", async () => {
  const { ask } = start(true);
  const stock = await ask(
    '{ availability(skus: ["NG-10010"]) { product { sku } onHand { value } } }',
  );
  expect(dataOf(stock).availability).toHaveLength(2);
  const item = await ask('{ product(sku: "NG-10010") { name } }');
  expect(codesOf(item)).toEqual(["SOURCE_UNAVAILABLE"]);
});

test("malformed and too many skus are the caller's mistake", async () => {
  const { ask } = start();
  const query = "query($skus: [String!]!) { availability(skus: $skus) { id } }";
  expect(codesOf(await ask(query, { skus: ["<>"] }))).toEqual(["BAD_USER_INPUT"]);
  const many = Array.from({ length: 201 }, (_, index) => `A${String(index)}`);
  expect(codesOf(await ask(query, { skus: many }))).toEqual(["BAD_USER_INPUT"]);
});

test("the products of 50 order lines are one read of each source", async () => {
  const { ask, calls } = start();
  const representations = catalogue
    .slice(0, 50)
    .flatMap(({ sku }) => [sku, sku])
    .map((id) => ({ __typename: "Product", id }));
  const result = await ask(
    `query($r: [_Any!]!) { _entities(representations: $r) {
      ... on Product { name availableToPromise { value } inventory { warehouse { name } } } } }`,
    { r: representations },
  );
  expect(dataOf(result)._entities).toHaveLength(100);
  expect(calls.sort()).toEqual(["listWarehouses(0)", "readProducts(50)", "readStock(50)"]);
});

test("positions and warehouses are found by their keys", async () => {
  const { ask } = start();
  const result = await ask(
    `query($r: [_Any!]!) { _entities(representations: $r) {
      ... on Warehouse { name } ... on InventoryPosition { onHand { value } } } }`,
    {
      r: [
        { __typename: "Warehouse", code: "WEST" },
        { __typename: "Warehouse", id: "NOWHERE" },
        { __typename: "InventoryPosition", id: "NG-10010@EAST" },
        { __typename: "InventoryPosition", id: "NG-10010" },
      ],
    },
  );
  expect(dataOf(result)._entities).toEqual([
    { name: "West Coast" },
    null,
    { onHand: { value: "10" } },
    null,
  ]);
});

const LIST = `query($first: Int, $after: String, $filter: ProductFilter) {
  products(first: $first, after: $after, filter: $filter) {
    totalCount pageInfo { hasNextPage hasPreviousPage endCursor } edges { cursor node { sku } } } }`;

async function listAll(
  { ask }: ReturnType<typeof start>,
  first: number,
  filter: object,
  cursorOf: "endCursor" | "edge" = "endCursor",
): Promise<{ skus: string[]; pages: number }> {
  const skus: string[] = [];
  let after: string | null = null;
  for (let pages = 1; ; pages += 1) {
    const { products } = dataOf(await ask(LIST, { first, after, filter }));
    skus.push(...products.edges.map(({ node }: { node: { sku: string } }) => node.sku));
    if (!products.pageInfo.hasNextPage) return { skus, pages };
    after = cursorOf === "edge" ? products.edges.at(-1).cursor : products.pageInfo.endCursor;
  }
}

test("pages of the catalogue join without a hole or a double, whatever their size", async () => {
  for (const first of [1, 7, 25, 40, 100]) {
    for (const cursorOf of ["endCursor", "edge"] as const) {
      const { skus } = await listAll(start(), first, {}, cursorOf);
      expect(skus).toEqual(catalogue.map(({ sku }) => sku));
    }
  }
});

test("a page of the catalogue with its stock is one call to each source", async () => {
  const { ask, calls } = start();
  const result = await ask("{ products { edges { node { name availableToPromise { value } } } } }");
  expect(dataOf(result).products.edges).toHaveLength(20);
  expect(calls).toEqual(["listProducts(20)", "readStock(20)"]);
});

test("a page can be resumed from any of its edges", async () => {
  const { ask } = start();
  const { products } = dataOf(await ask(LIST, { first: 10 }));
  const after = products.edges[3].cursor;
  const rest = dataOf(await ask(LIST, { first: 3, after })).products;
  expect(rest.edges.map(({ node }: { node: object }) => node)).toEqual(
    [4, 5, 6].map((index) => ({ sku: skuOf(index) })),
  );
  expect(rest.pageInfo.hasPreviousPage).toBe(true);
});

test("filters hold together: words, skus and stock", async () => {
  const gloves = await listAll(start(), 4, { search: "Safety glove" });
  expect(gloves.skus).toEqual([0, 10, 20, 30, 40, 50].map(skuOf));
  const inStock = await listAll(start(), 9, { inStock: true });
  expect(inStock.skus).toEqual(
    catalogue.map(({ sku }) => sku).filter((_, index) => index % 2 === 0),
  );
  const named = await listAll(start(), 1, {
    skus: ["NG-10011", "NG-10010", "NG-99999", "NG-10010"],
    search: "glove",
    inStock: true,
  });
  expect(named).toEqual({ skus: ["NG-10010"], pages: 1 });
});

test("a page that is asked for wrongly is refused", async () => {
  const { ask } = start();
  for (const variables of [{ first: 0 }, { first: 101 }, { first: 5, after: "rubbish" }]) {
    expect(codesOf(await ask(LIST, variables))).toEqual(["BAD_USER_INPUT"]);
  }
});
