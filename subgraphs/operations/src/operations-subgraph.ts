import { readFileSync } from "node:fs";
import { buildSubgraph, type Subgraph } from "@crossdock/subgraph-kit";
import type { Resolvers } from "../generated/resolvers.ts";
import { access } from "./access.ts";
import { createContext, type Context } from "./context.ts";
import type { OperationsDeps } from "./deps.ts";
import { createLiveViews } from "./live-views.ts";
import { Command } from "./resolvers/Command.ts";
import { Event } from "./resolvers/Event.ts";
import { Exception } from "./resolvers/Exception.ts";
import { FlowMetrics } from "./resolvers/FlowMetrics.ts";
import { Mismatch, Repair } from "./resolvers/Mismatch.ts";
import { Mutation } from "./resolvers/Mutation.ts";
import { Pause } from "./resolvers/Pause.ts";
import { Query } from "./resolvers/Query.ts";
import { Reconciliation } from "./resolvers/Reconciliation.ts";
import { Subscription } from "./resolvers/Subscription.ts";

const NAME = "operations";
const SDL_FILE = new URL("../generated/schema.graphql", import.meta.url);

/** The operator's side: commands, what waits for a person, the event log. */
export function createOperationsSubgraph(deps: OperationsDeps): Subgraph<Context> {
  const live = createLiveViews(deps);
  const sdl = readFileSync(SDL_FILE, "utf8");
  const resolvers: Resolvers = {
    Query,
    Mutation,
    Subscription,
    Command,
    Event,
    Exception,
    Mismatch,
    Repair,
    Reconciliation,
    FlowMetrics,
    Pause,
  };
  return {
    name: NAME,
    sdl,
    access,
    schema: buildSubgraph({ name: NAME, sdl, resolvers, access, logger: deps.logger }),
    createContext: (request) => createContext(deps, live, request),
  };
}
