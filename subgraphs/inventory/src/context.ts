import {
  wishOf,
  withLoaders,
  type SubgraphRequest,
  type WithLoaders,
} from "@crossdock/subgraph-kit";
import type { InventoryDeps } from "./deps.ts";
import { createLoaders, type Loaders } from "./loaders.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest, WithLoaders<Loaders> {
  readonly deps: InventoryDeps;
}

export function createContext(deps: InventoryDeps, request: SubgraphRequest): Context {
  const wish = wishOf(request);
  return withLoaders(() => createLoaders(deps, wish), { ...request, deps });
}
