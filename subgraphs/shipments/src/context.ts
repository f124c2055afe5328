import type { ShipmentId } from "@crossdock/domain";
import {
  wishOf,
  withLoaders,
  type ChangedHere,
  type SubgraphRequest,
  type WithLoaders,
} from "@crossdock/subgraph-kit";
import type { ShipmentsDeps } from "./deps.ts";
import { createLoaders, type Loaders } from "./loaders.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest, WithLoaders<Loaders> {
  readonly changedHere: ChangedHere<ShipmentId>;
  readonly deps: ShipmentsDeps;
}

export function createContext(
  deps: ShipmentsDeps,
  changedHere: ChangedHere<ShipmentId>,
  request: SubgraphRequest,
): Context {
  const wish = wishOf(request);
  return withLoaders(() => createLoaders(deps, changedHere, wish, request), {
    ...request,
    changedHere,
    deps,
  });
}
