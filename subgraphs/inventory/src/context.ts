import { wishOf, type SubgraphRequest } from "@crossdock/subgraph-kit";
import type { InventoryDeps } from "./deps.ts";
import { createLoaders, type Loaders } from "./loaders.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest {
  readonly deps: InventoryDeps;
  /** One set per request; a subscription gets a new one per event. */
  readonly loaders: Loaders;
  /** Forgets what was read: what comes next is another moment. */
  renewLoaders(): void;
}

export function createContext(deps: InventoryDeps, request: SubgraphRequest): Context {
  const wish = wishOf(request);
  let loaders: Loaders | null = null;
  return {
    ...request,
    deps,
    get loaders() {
      return (loaders ??= createLoaders(deps, wish));
    },
    renewLoaders: () => {
      loaders = null;
    },
  };
}
