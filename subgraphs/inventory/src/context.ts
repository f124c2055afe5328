import type { SubgraphRequest } from "@crossdock/subgraph-kit";
import { createLoaders, type LoaderDeps, type Loaders } from "./loaders.ts";

export type ContextDeps = Omit<LoaderDeps, "signal">;

/** What one request carries. */
export type Context = SubgraphRequest & { readonly loaders: Loaders };

export function createContext(deps: ContextDeps, request: SubgraphRequest): Context {
  return { ...request, loaders: createLoaders({ ...deps, signal: request.signal }) };
}
