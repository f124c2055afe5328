import type { SubgraphRequest } from "@crossdock/subgraph-kit";
import type { OrdersDeps } from "./deps.ts";
import { createLoaders, type Loaders } from "./loaders.ts";
import type { FactReader } from "./submission/remembered-facts.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest {
  readonly deps: OrdersDeps;
  /** One set per request; a subscription gets a new one per event. */
  readonly loaders: Loaders;
  /** What an order is judged by. */
  readonly facts: FactReader;
  /** Forgets what was read: what comes next is another moment. */
  renewLoaders(): void;
}

/** @param remembered facts of all requests; `null`: each request reads its own */
export function createContext(
  deps: OrdersDeps,
  request: SubgraphRequest,
  remembered: FactReader | null,
): Context {
  let loaders = createLoaders(deps, request.signal);
  return {
    ...request,
    deps,
    get loaders() {
      return loaders;
    },
    get facts() {
      return remembered ?? loaders;
    },
    renewLoaders: () => {
      loaders = createLoaders(deps, request.signal);
    },
  };
}
