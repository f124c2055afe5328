import type { DocumentNode, ExecutionResult, GraphQLSchema } from "graphql";
import type { GatewayRequest } from "../request.ts";

/** One operation that a query plan sends to one subgraph. */
export type SubgraphRequest = {
  readonly query: string;
  /** The same operation, when it was parsed already. */
  readonly document?: DocumentNode;
  readonly operationName?: string | undefined;
  /** Both as `openBody` writes them, for who sends them: they are the same each time. */
  readonly openedBody?: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The same variables as JSON, for who sends them: most of it was written already. */
  readonly writeVariables?: () => string;
  readonly request: GatewayRequest;
};

/** The JSON of an operation up to the value of its variables; a brace closes it. */
export function openBody(query: string, operationName: string | undefined): string {
  return `${JSON.stringify({ query, operationName }).slice(0, -1)},"variables":`;
}

/** The way to one subgraph: a function call or a network hop. */
export interface SubgraphTransport {
  /** Of a subgraph in this process: all that it can be asked for. */
  readonly schema?: GraphQLSchema;
  /** Whether `execute` ends at once when the request's signal aborts, so that nobody else has to watch it. */
  readonly endsOnAbort?: boolean;
  /**
   * Runs a query or a mutation. What the resolvers raise is in `errors`.
   * @throws when the subgraph as a whole gave no answer
   */
  execute(request: SubgraphRequest): Promise<ExecutionResult>;
  /**
   * Opens a subscription.
   * @returns the events, until the subgraph ends them or `return()` is called, which lets go of the
   * subgraph's source; or one result with errors, when the subgraph refuses
   * @throws when the subgraph as a whole gave no answer
   */
  subscribe(
    request: SubgraphRequest,
  ): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult>;
}
