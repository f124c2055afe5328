import type { SubgraphRequest } from "@crossdock/subgraph-kit";
import type { OperationsDeps } from "./deps.ts";
import type { LiveViews } from "./live-views.ts";
import { createLoaders, type Loaders } from "./loaders.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest {
  readonly deps: OperationsDeps;
  /** What is computed once for all who follow it. */
  readonly live: LiveViews;
  /** One set per request; a subscription gets a new one per event. */
  readonly loaders: Loaders;
  /** Forgets what was read: what comes next is another moment. */
  renewLoaders(): void;
}

export function createContext(
  deps: OperationsDeps,
  live: LiveViews,
  request: SubgraphRequest,
): Context {
  let loaders: Loaders | null = null;
  return {
    ...request,
    deps,
    live,
    get loaders() {
      return (loaders ??= createLoaders(deps, request.signal));
    },
    renewLoaders: () => {
      loaders = null;
    },
  };
}
