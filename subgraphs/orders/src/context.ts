import { wishOf, type SubgraphRequest } from "@crossdock/subgraph-kit";
import type { OrdersDeps } from "./deps.ts";
import { createLoaders, type Loaders } from "./loaders.ts";
import { createFacts, type Facts } from "./submission/facts.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest {
  readonly deps: OrdersDeps;
  /** One set per request; a subscription gets a new one per event. */
  readonly loaders: Loaders;
  /** What an order is judged by. */
  readonly facts: Facts;
  /** Forgets what was read: what comes next is another moment. */
  renewLoaders(): void;
}

export function createContext(deps: OrdersDeps, request: SubgraphRequest): Context {
  const wish = wishOf(request);
  const facts = createFacts(deps.acceptance, wish);
  let loaders: Loaders | null = null;
  return {
    ...request,
    deps,
    facts,
    get loaders() {
      return (loaders ??= createLoaders(deps, wish, request.viewer));
    },
    renewLoaders: () => {
      loaders = null;
    },
  };
}
