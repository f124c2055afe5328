import { UnauthenticatedError } from "@crossdock/domain";
import type { Instant, OrderId, Viewer } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { Wish } from "@crossdock/reads";
import type { ReadTally } from "@crossdock/runtime";
import type { GraphQLSchema } from "graphql";
import type { AccessDecisions } from "./access-decisions.ts";
import type { AccessJournal } from "@crossdock/audit";

/** What the gateway hands to a subgraph with every request, whatever the transport. */
export type SubgraphRequest = {
  readonly requestId: string;
  /** Ties together what one intent of a client caused, over all processes. */
  readonly correlationId: string;
  /** `null`: nobody proved who they are. No root field answers then. */
  readonly viewer: Viewer | null;
  /** Aborts when the client has left or the request has taken too long. */
  readonly signal: AbortSignal;
  readonly startedAt: Instant;
  /** Takes the id of each command that was asked for before, for the client to be told. */
  readonly replayed?: Pick<Set<string>, "add">;
  /** How old what is read may be, in milliseconds; `null`: as old as each kind of value usually may. */
  readonly maxAgeMs: number | null;
  /** Where the subgraph notes what it serves without asking its source, and what is stale. */
  readonly reads: ReadTally;
  /** Where it is written down what the viewer is shown and changes. */
  readonly accesses?: AccessJournal;
  /**
   * Orders that a query was just shown, as the book has them, for the other subgraphs of this process: each judges for itself
   * whether the viewer may see them, and none reads them again. Only a query's root fields write it down, for what a
   * mutation has read before it may be otherwise after it.
   */
  readonly shownOrders?: Map<OrderId, OrderRecord>;
};

/** One part of the API, ready to be executed in process or behind HTTP. */
export interface Subgraph<Context extends SubgraphRequest = SubgraphRequest> {
  /** As in supergraph.yaml. */
  readonly name: string;
  /** The whole SDL, with its federation directives. */
  readonly sdl: string;
  readonly schema: GraphQLSchema;
  /** Who may see what of it. */
  readonly access: AccessDecisions;
  /** One context for all fetches of one request: it holds the request's loaders. */
  createContext(request: SubgraphRequest): Context;
}

/** @throws {UnauthenticatedError} when nobody is asking */
export function requireViewer({ viewer }: Pick<SubgraphRequest, "viewer">): Viewer {
  if (viewer === null) throw new UnauthenticatedError();
  return viewer;
}

/** How a request's reads of sources are made, and where they are counted. */
export function wishOf({
  signal,
  maxAgeMs,
  reads,
}: Pick<SubgraphRequest, "signal" | "maxAgeMs" | "reads">): Wish {
  return { signal, maxAgeMs, tally: reads };
}
