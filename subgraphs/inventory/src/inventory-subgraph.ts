import { readFileSync } from "node:fs";
import type { Logger } from "@crossdock/runtime";
import { buildSubgraph, type Subgraph } from "@crossdock/subgraph-kit";
import type { Resolvers } from "../generated/resolvers.ts";
import { createContext, type Context, type ContextDeps } from "./context.ts";
import { InventoryPosition } from "./resolvers/InventoryPosition.ts";
import { Product } from "./resolvers/Product.ts";
import { Query } from "./resolvers/Query.ts";
import { Warehouse } from "./resolvers/Warehouse.ts";

export type InventoryDeps = ContextDeps & { readonly logger: Logger };

const NAME = "inventory";
const SDL_FILE = new URL("../generated/schema.graphql", import.meta.url);

/** Catalogue and stock: the ERP's items, the warehouse system's quantities. */
export function createInventorySubgraph({ logger, ...deps }: InventoryDeps): Subgraph<Context> {
  const sdl = readFileSync(SDL_FILE, "utf8");
  const resolvers: Resolvers = { Query, Product, Warehouse, InventoryPosition };
  return {
    name: NAME,
    sdl,
    schema: buildSubgraph({ name: NAME, sdl, resolvers, logger }),
    createContext: (request) => createContext(deps, request),
  };
}
