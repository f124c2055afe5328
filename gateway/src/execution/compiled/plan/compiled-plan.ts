import type { ExecutionResult, GraphQLError } from "graphql";
import type { GatewayRequest } from "../../../request.ts";
import type { SubgraphRequest } from "../../transport.ts";
import type { Entity } from "./entity.ts";

/**
 * Sends one operation to one subgraph.
 * @returns never rejects: a subgraph that gave no answer is told of in `errors`. What is in `data` is the caller's to
 *   write into
 */
export type FetchSubgraph = (subgraph: string, call: SubgraphRequest) => Promise<ExecutionResult>;

export type PlanRun = {
  readonly fetch: FetchSubgraph;
  /** Of the client, as it sent them, known to fit. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** Handed to every fetch. When its signal aborts, the fetches end, and with them the plan. */
  readonly request: GatewayRequest;
};

/** All that the subgraphs answered, merged into one: more than was asked for, and not checked yet. */
export type MergedData = {
  readonly data: Entity;
  readonly errors: readonly GraphQLError[];
};

export type CompiledPlan = {
  /**
   * Runs all fetches. What fails of them is in `errors`, beside the data of the others.
   * @throws {TypeError} a subgraph gave a list where its schema has none, or none where it has one; a condition's variable
   *   has no value
   */
  readonly run: (asked: PlanRun) => Promise<MergedData>;
};

/** One run of a plan. */
export type Running = PlanRun & {
  readonly data: Entity;
  readonly errors: GraphQLError[];
};

/** A node of a plan, compiled. `null`: there was nothing to wait for. */
export type Step = (running: Running) => Promise<void> | null;
