import { withLoaders, type SubgraphRequest, type WithLoaders } from "@crossdock/subgraph-kit";
import type { OperationsDeps } from "./deps.ts";
import type { LiveViews } from "./live-views.ts";
import { createLoaders, type Loaders } from "./loaders.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest, WithLoaders<Loaders> {
  readonly deps: OperationsDeps;
  /** What is computed once for all who follow it. */
  readonly live: LiveViews;
}

export function createContext(
  deps: OperationsDeps,
  live: LiveViews,
  request: SubgraphRequest,
): Context {
  return withLoaders(() => createLoaders(deps, request.signal), { ...request, deps, live });
}
