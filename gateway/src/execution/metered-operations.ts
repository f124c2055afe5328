import type { ApolloServerPlugin } from "@apollo/server";
import { GraphQLError } from "graphql";
import type { GraphQLSchema } from "graphql";
import { CostLimitError, RateLimitedError } from "../errors/limit-errors.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { createActualPointsOf } from "../policy/actual-points.ts";
import type { ActualPointsOf } from "../policy/actual-points.ts";
import type { Entered, Quotas } from "../policy/quotas.ts";
import type { Refusals } from "../policy/refusals.ts";
import type { ApolloContext } from "./data-source.ts";
import type { Federation } from "./federation.ts";
import { couldHint, toldCost, toldMissing, toldStale } from "./told-reads.ts";

type Plugin = ApolloServerPlugin<ApolloContext>;

export type MeteredOptions = {
  readonly quotas: Quotas;
  readonly refusals: Refusals;
  readonly snapshotOf: Federation["snapshotOf"];
  readonly metrics: GatewayMetrics;
};

/**
 * Takes what an operation may cost from its client's quota before it is planned, and gives back what it did not. Tells
 * the client what its answer cost, what is left and what in it is stale, and counts that by operation.
 */
export function meteredOperations(options: MeteredOptions): Plugin {
  const { quotas, refusals, snapshotOf, metrics } = options;
  const actualPointsOf = keptBySchema();
  return {
    requestDidStart: () => {
      let entering: Promise<Entered> | null = null;
      return Promise.resolve({
        didResolveOperation: async ({ document, operation, operationName, schema, ...context }) => {
          // what else may not run here is refused beside this
          if (operation === undefined || operation.operation === "subscription") return;
          const { variables = {} } = context.request;
          const { pointsOf } = snapshotOf(schema);
          const points = pointsOf(document, operationName ?? undefined, variables);
          entering = quotas.enter(context.contextValue.request, points);
          await entering.catch(refuse);
        },
        didEncounterErrors: ({ errors, contextValue, operationName }) => {
          refusals.note(errors, contextValue.request, operationName ?? null);
          return Promise.resolve();
        },
        willSendResponse: async (context) => {
          const { document, schema, response, contextValue, operation } = context;
          const entered = entering && (await entering.catch(() => null));
          if (entered === null || document === undefined) return;
          const result = response.body.kind === "single" ? response.body.singleResult : {};
          const data = result.data ?? null;
          const operationName = context.operationName ?? undefined;
          const { reads, viewer } = contextValue.request;
          const { pointsOf, supergraphSchema } = snapshotOf(schema);
          const actualPoints = actualPointsOf(supergraphSchema)(document, operationName, data);
          const left = entered.leave({ points: actualPoints, sourceCalls: reads.sourceCalls });
          if (result.data === undefined) return;
          const { variables = {} } = context.request;
          const cost = toldCost(pointsOf(document, operationName, variables), reads);
          const isHint = couldHint(data, operation?.operation ?? "query", viewer);
          const stale = isHint ? [] : toldStale(reads);
          const missing = isHint ? [] : toldMissing(reads);
          result.extensions = {
            ...result.extensions,
            cost: { ...(isHint ? { points: cost.points } : cost), actualPoints, ...left },
            ...(stale.length === 0 ? {} : { stale }),
            ...(missing.length === 0 ? {} : { missing }),
          };
          metrics.operationRead(operationName, viewer, cost);
        },
      });
    },
  };
}

const BAD_REQUEST = 400;
const TOO_MANY_REQUESTS = 429;

/** With the status for those who read HTTP only. */
function refuse(error: unknown): never {
  const isLimit = error instanceof RateLimitedError || error instanceof CostLimitError;
  if (!isLimit) throw error;
  const status = error instanceof RateLimitedError ? TOO_MANY_REQUESTS : BAD_REQUEST;
  const extensions = { ...error.extensions, code: error.code, http: { status } };
  throw new GraphQLError(error.message, { originalError: error, extensions });
}

/** One for each supergraph, as long as that is served. */
function keptBySchema(): (supergraphSchema: GraphQLSchema) => ActualPointsOf {
  const kept = new WeakMap<GraphQLSchema, ActualPointsOf>();
  return (supergraphSchema) => {
    const known = kept.get(supergraphSchema) ?? createActualPointsOf(supergraphSchema);
    kept.set(supergraphSchema, known);
    return known;
  };
}
