import { readFileSync } from "node:fs";
import { URL } from "node:url";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { changesOf, orderOf, ordersOf, productOf, shipmentsOf } from "./facts.js";

const RESOLVERS = {
  orders: {
    Query: {
      orders: (_, { page, first }) => ordersOf(page, first),
      order: (_, { id }) => orderOf(id),
      changes: (_, { page, first }) => changesOf(page, first),
    },
    Order: { __resolveReference: ({ id }) => orderOf(id) },
  },
  shipments: {
    Order: { shipments: ({ id }) => shipmentsOf(id) },
  },
  products: {
    Product: { __resolveReference: ({ sku }) => productOf(sku) },
  },
};

/**
 * The three subgraphs of the shop. Their SDL is of Federation 1, the only one that every contestant takes: the newer
 * composition reads it as it is.
 */
export const SUBGRAPHS = Object.entries(RESOLVERS).map(([name, resolvers]) => {
  const sdl = readFileSync(new URL(`${name}.graphql`, import.meta.url), "utf8");
  return { name, sdl, schema: buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers }]) };
});
