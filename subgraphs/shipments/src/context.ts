import type { ShipmentId } from "@crossdock/domain";
import { wishOf, type ChangedHere, type SubgraphRequest } from "@crossdock/subgraph-kit";
import type { ShipmentsDeps } from "./deps.ts";
import { createLoaders, type Loaders } from "./loaders.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest {
  readonly changedHere: ChangedHere<ShipmentId>;
  readonly deps: ShipmentsDeps;
  /** One set per request; a subscription gets a new one per event. */
  readonly loaders: Loaders;
  /** Forgets what was read: what comes next is another moment. */
  renewLoaders(): void;
}

export function createContext(
  deps: ShipmentsDeps,
  changedHere: ChangedHere<ShipmentId>,
  request: SubgraphRequest,
): Context {
  const wish = wishOf(request);
  let loaders = createLoaders(deps, changedHere, wish, request);
  return {
    ...request,
    changedHere,
    deps,
    get loaders() {
      return loaders;
    },
    renewLoaders: () => {
      loaders = createLoaders(deps, changedHere, wish, request);
    },
  };
}
