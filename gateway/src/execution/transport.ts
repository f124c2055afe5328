import type { DocumentNode, ExecutionResult, GraphQLSchema } from "graphql";
import type { GatewayRequest } from "../request.ts";

/** One operation that a query plan sends to one subgraph. */
export type SubgraphRequest = {
  readonly query: string;
  /** The same operation, when it was parsed already. */
  readonly document?: DocumentNode;
  readonly operationName?: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The same variables as JSON, for who sends them: most of it was written already. */
  readonly writeVariables?: () => string;
  readonly request: GatewayRequest;
};

/** The way to one subgraph: a function call or a network hop. */
export interface SubgraphTransport {
  /** Of a subgraph in this process: all that it can be asked for. */
  readonly schema?: GraphQLSchema;
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
