import { carriedTrace, countingCalls, doing } from "@crossdock/runtime";
import { createSourceEventStream, execute, GraphQLError, parse } from "graphql";
import type { DocumentNode, ExecutionArgs, ExecutionResult, GraphQLSchema } from "graphql";
import { LRUCache } from "lru-cache";
import { requestOfEvent } from "../request.ts";
import type { GatewayRequest } from "../request.ts";
import { withReads } from "./reads-over-the-wire.ts";
import { withTraceparent } from "./trace-over-the-wire.ts";
import type { SubgraphRequest, SubgraphTransport } from "./transport.ts";

export type LocalTransportOptions = {
  readonly schema: GraphQLSchema;
  /** Called once a request, or once an event of a subscription, whatever the number of fetches. */
  readonly createContext: (request: GatewayRequest) => unknown;
  /** Parsed documents that are kept, the least used dropped first. */
  readonly maxCachedDocuments?: number;
};

const MAX_CACHED_DOCUMENTS = 1_000;

/**
 * A subgraph in this process. Documents come from the query planner, so they are not validated
 * again. All fetches of one request share one context, so that a DataLoader batches across them.
 */
export function createLocalTransport(options: LocalTransportOptions): SubgraphTransport {
  const { schema, createContext, maxCachedDocuments = MAX_CACHED_DOCUMENTS } = options;
  const documents = new LRUCache<string, DocumentNode>({ max: maxCachedDocuments });
  const contexts = new WeakMap<GatewayRequest, unknown>();

  function parsed({ query, document }: SubgraphRequest): DocumentNode {
    const known = document ?? documents.get(query);
    if (known !== undefined) return known;
    const fresh = parse(query, { noLocation: true });
    documents.set(query, fresh);
    return fresh;
  }

  function contextOf(request: GatewayRequest): unknown {
    if (!contexts.has(request)) contexts.set(request, createContext(request));
    return contexts.get(request);
  }

  function argsOf(call: SubgraphRequest, contextValue: unknown): ExecutionArgs {
    return {
      schema,
      document: parsed(call),
      variableValues: call.variables,
      operationName: call.operationName,
      contextValue,
    };
  }

  /** Calls to sources count for the request whose fetch causes them. */
  async function run(args: ExecutionArgs, { reads }: GatewayRequest): Promise<ExecutionResult> {
    return withCodes(await countingCalls(reads, async () => execute(args)));
  }

  return {
    schema,
    execute: (call) => run(argsOf(call, contextOf(call.request)), call.request),
    subscribe: async (call) => {
      const source = await createSourceEventStream(argsOf(call, contextOf(call.request)));
      if (!(Symbol.asyncIterator in source)) return withCodes(source);
      return mapEvents(source, (rootValue) => {
        const request = requestOfEvent(call.request);
        const traceparent = carriedTrace(rootValue);
        const { correlationId } = request;
        // One fetch has the whole event, so nobody looks for its context again. What a WeakMap holds outlives its key until
        // the old generation is collected: thousands of events would be copied there first.
        const contextValue = createContext(request);
        return doing({ correlationId, traceparent }, async () => {
          const result = await run({ ...argsOf(call, contextValue), rootValue }, request);
          return withTraceparent(withReads(result, request.reads), traceparent);
        });
      });
    },
  };
}

/** Written out, because an `async function*` parked on `await` does not hear `return()`. */
function mapEvents<Event, Result>(
  source: AsyncIterable<Event>,
  map: (event: Event) => Promise<Result>,
): AsyncIterableIterator<Result> {
  const events = source[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const step = await events.next();
      return step.done === true ? step : { done: false, value: await map(step.value) };
    },
    return: async () => {
      await events.return?.();
      return { done: true, value: undefined };
    },
  };
}

/**
 * GraphQL reports a value that a scalar refuses without a code. Only the subgraph knows its scalars,
 * so this is where such an error becomes the caller's and not ours.
 */
function withCodes(result: ExecutionResult): ExecutionResult {
  if (result.errors === undefined) return result;
  return { ...result, errors: result.errors.map(asInputError) };
}

const REFUSED_VALUE = /^(Variable "\$(?!representations")|Argument ")/;

function asInputError(error: GraphQLError): GraphQLError {
  if (error.extensions["code"] !== undefined || !REFUSED_VALUE.test(error.message)) return error;
  return new GraphQLError(error.message, {
    nodes: error.nodes ?? null,
    path: error.path ?? null,
    originalError: error,
    extensions: { code: "BAD_USER_INPUT" },
  });
}
