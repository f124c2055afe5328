import {
  wishOf,
  withLoaders,
  type SubgraphRequest,
  type WithLoaders,
} from "@crossdock/subgraph-kit";
import type { OrdersDeps } from "./deps.ts";
import { createLoaders, type Loaders } from "./loaders.ts";
import { createFacts, type Facts } from "./submission/facts.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest, WithLoaders<Loaders> {
  readonly deps: OrdersDeps;
  /** What an order is judged by. */
  readonly facts: Facts;
}

export function createContext(deps: OrdersDeps, request: SubgraphRequest): Context {
  const wish = wishOf(request);
  const facts = createFacts(deps.acceptance, wish);
  return withLoaders(() => createLoaders(deps, wish, request.viewer), { ...request, deps, facts });
}
