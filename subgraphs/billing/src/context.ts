import type { InvoiceId } from "@crossdock/domain";
import {
  wishOf,
  withLoaders,
  type ChangedHere,
  type SubgraphRequest,
  type WithLoaders,
} from "@crossdock/subgraph-kit";
import type { BillingDeps } from "./deps.ts";
import { createLoaders, type Loaders } from "./loaders.ts";

/** What the resolvers of one request share. */
export interface Context extends SubgraphRequest, WithLoaders<Loaders> {
  readonly changedHere: ChangedHere<InvoiceId>;
  readonly deps: BillingDeps;
}

export function createContext(
  deps: BillingDeps,
  changedHere: ChangedHere<InvoiceId>,
  request: SubgraphRequest,
): Context {
  const wish = wishOf(request);
  return withLoaders(() => createLoaders(deps, changedHere, wish, request), {
    ...request,
    changedHere,
    deps,
  });
}
