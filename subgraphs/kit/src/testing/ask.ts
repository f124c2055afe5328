import { parseInstant, type Viewer } from "@crossdock/domain";
import { createReadTally } from "@crossdock/runtime";
import { execute, GraphQLError, parse, subscribe, validate, type ExecutionResult } from "graphql";
import type { Subgraph, SubgraphRequest } from "../request.ts";

/** Asks a subgraph as the gateway does: in process, one context per request. */
export interface Asker {
  /** @param viewer `null`: nobody */
  ask(
    query: string,
    viewer: Viewer | null,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<ExecutionResult>;
  /** Opens a subscription. @throws {GraphQLError} the first error, when it is refused */
  follow(
    query: string,
    viewer: Viewer | null,
    variables?: Readonly<Record<string, unknown>>,
  ): Promise<AsyncIterableIterator<ExecutionResult>>;
  /**
   * Asks for entities by reference.
   * @param shownOrders by the subgraph that was asked before
   * @returns the result, whose data is `{ _entities: […] }`
   */
  entities(
    selection: string,
    representations: readonly object[],
    viewer: Viewer | null,
    shownOrders?: SubgraphRequest["shownOrders"],
  ): Promise<ExecutionResult>;
}

export function askerOf<Context extends SubgraphRequest>(subgraph: Subgraph<Context>): Asker {
  const argsOf = (
    query: string,
    viewer: Viewer | null,
    variables: Readonly<Record<string, unknown>>,
    shownOrders: SubgraphRequest["shownOrders"] = new Map(),
  ) => {
    const document = parse(query);
    const [problem] = validate(subgraph.schema, document);
    if (problem !== undefined) throw problem;
    return {
      schema: subgraph.schema,
      document,
      variableValues: variables,
      contextValue: subgraph.createContext({
        requestId: "request-1",
        correlationId: "correlation-1",
        viewer,
        signal: new AbortController().signal,
        startedAt: parseInstant("2026-11-21T08:00:00Z"),
        maxAgeMs: null,
        reads: createReadTally(),
        shownOrders,
      }),
    };
  };
  const ask: Asker["ask"] = async (query, viewer, variables = {}) =>
    execute(argsOf(query, viewer, variables));
  return {
    ask,
    entities: async (selection, representations, viewer, shownOrders) => {
      const query = `query($r: [_Any!]!) { _entities(representations: $r) { ${selection} } }`;
      return execute(argsOf(query, viewer, { r: representations }, shownOrders));
    },
    follow: async (query, viewer, variables = {}) => {
      const result = await subscribe(argsOf(query, viewer, variables));
      if (Symbol.asyncIterator in result) {
        return result as AsyncIterableIterator<ExecutionResult>;
      }
      throw result.errors?.[0] ?? new GraphQLError("The subscription gave no stream.");
    },
  };
}

/** The codes of a result's errors, in order. */
export function codesOf(result: ExecutionResult): readonly unknown[] {
  return (result.errors ?? []).map(({ extensions }) => extensions.code);
}

/**
 * The data of a result as plain JSON. Its shape is what the query says, so it is not typed here.
 * @throws the first error, when there is any
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function dataOf(result: ExecutionResult): any {
  const [error] = result.errors ?? [];
  if (error !== undefined) throw error;
  return JSON.parse(JSON.stringify(result.data));
}
