import { setImmediate } from "node:timers/promises";
import { buildSubgraphSchema } from "@apollo/subgraph";
import DataLoader from "dataloader";
import { parse } from "graphql";
import { composeSupergraph } from "../composition/compose.ts";
import { openShop } from "../testing/shop.ts";
import type { Shop } from "../testing/shop.ts";
import { createLocalTransport } from "./local-transport.ts";
import type { SubgraphTransport } from "./transport.ts";

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])';
const PRODUCT_KEY = 'type Product @key(fields: "sku", resolvable: false) { sku: ID! }';
const SDL = {
  orders: `${LINK} type Query { order: Order @tag(name: "public") } ${PRODUCT_KEY}
    type Order @key(fields: "id") { id: ID! lines: [Line!]! gifts: [Line!]! } type Line { product: Product! }`,
  billing: `${LINK} ${PRODUCT_KEY}
    type Order @key(fields: "id") { id: ID! billed: [Bill!]! } type Bill { product: Product! }`,
  catalogue: `${LINK} type Product @key(fields: "sku") { sku: ID! name: String! }`,
};
const productsOf = (...skus: readonly string[]) => skus.map((sku) => ({ product: { sku } }));

type CatalogueContext = { readonly names: DataLoader<string, string> };

/** The skus of each bulk read, and the fetches that the plan sent to the catalogue. */
const batches: (readonly string[])[] = [];
let fetches = 0;

let shop: Shop;
beforeAll(async () => {
  shop = await openShop({
    supergraphSdl: composeSupergraph(
      Object.entries(SDL).map(([name, sdl]) => ({ name, url: `http://${name}.test/graphql`, sdl })),
    ),
    subgraphs: { orders: orders(), billing: billing(), catalogue: catalogue() },
  });
});
beforeEach(() => {
  batches.length = 0;
  fetches = 0;
});
afterAll(() => shop.close());

function orders(): SubgraphTransport {
  const order = { id: "1", lines: productsOf("A", "B"), gifts: productsOf("B", "C") };
  const resolvers = { Query: { order: () => order } };
  const schema = buildSubgraphSchema([{ typeDefs: parse(SDL.orders), resolvers }]);
  return createLocalTransport({ schema, createContext: () => null });
}

function billing(): SubgraphTransport {
  const billed = async () => {
    await setImmediate(); // as whoever asks a source or a database
    return productsOf("A", "D");
  };
  const resolvers = { Order: { billed } };
  const schema = buildSubgraphSchema([{ typeDefs: parse(SDL.billing), resolvers }]);
  return createLocalTransport({ schema, createContext: () => null });
}

function catalogue(): SubgraphTransport {
  const createContext = (): CatalogueContext => ({
    names: new DataLoader((skus) => {
      batches.push(skus);
      return Promise.resolve(skus.map((sku) => `name of ${sku}`));
    }),
  });
  const resolvers = {
    Product: {
      __resolveReference: ({ sku }: { sku: string }) => ({ sku }),
      name: ({ sku }: { sku: string }, _args: unknown, { names }: CatalogueContext) =>
        names.load(sku),
    },
  };
  const schema = buildSubgraphSchema([{ typeDefs: parse(SDL.catalogue), resolvers }]);
  const local = createLocalTransport({ schema, createContext });
  return {
    ...local,
    execute: (call) => {
      fetches += 1;
      return local.execute(call);
    },
  };
}

async function ask(query: string): Promise<unknown> {
  const response = await fetch(shop.url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query }),
  });
  return ((await response.json()) as { readonly data: unknown }).data;
}

const named = (...skus: readonly string[]) =>
  skus.map((sku) => ({ product: { name: `name of ${sku}` } }));

test("two fetches of one request that wait for the same answer are one bulk read", async () => {
  const data = await ask("{ order { lines { product { name } } gifts { product { name } } } }");
  expect(data).toEqual({ order: { lines: named("A", "B"), gifts: named("B", "C") } });
  expect(fetches).toBe(2);
  expect(batches).toEqual([["A", "B", "C"]]);
});

test("a fetch that has to wait for another subgraph reads only what was not read before", async () => {
  const data = await ask("{ order { lines { product { name } } billed { product { name } } } }");
  expect(data).toEqual({ order: { lines: named("A", "B"), billed: named("A", "D") } });
  expect(fetches).toBe(2);
  expect(batches).toEqual([["A", "B"], ["D"]]);
});

test("the next request reads anew", async () => {
  await ask("{ order { lines { product { name } } } }");
  await ask("{ order { lines { product { name } } } }");
  expect(batches).toEqual([
    ["A", "B"],
    ["A", "B"],
  ]);
});
