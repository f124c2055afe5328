import { GraphQLError } from "graphql";
import type { FormattedExecutionResult, GraphQLSchema } from "graphql";
import { CostLimitError, RateLimitedError } from "../errors/limit-errors.ts";
import type { SupergraphSnapshot } from "../execution/snapshot.ts";
import { couldHint, toldCost, toldMissing, toldStale } from "../execution/told-reads.ts";
import type { ToldCost } from "../execution/told-reads.ts";
import { createActualPointsOf } from "../policy/actual-points.ts";
import type { ActualPointsOf } from "../policy/actual-points.ts";
import type { Quotas, QuotaStatus } from "../policy/quotas.ts";
import type { GatewayRequest } from "../request.ts";
import { nameOf } from "./resolved-operation.ts";
import type { ServedOperation } from "./resolved-operation.ts";

/** What an operation has taken from its client's quota. */
export interface Charge {
  /**
   * Gives back what the operation did not use, and frees its place.
   * @param result as the client gets it
   */
  settle(result: FormattedExecutionResult): Settled;
}

export type Settled = {
  readonly actualPoints: number;
  /** What the answer took; `null` where there is no data, and nothing is told. */
  readonly cost: ToldCost | null;
  /** What the client reads of it, in this order. */
  readonly extensions: Readonly<Record<string, unknown>> | null;
};

/**
 * Takes what an operation may cost from its client's quota.
 * @throws {GraphQLError} it may not run, or not now; with the status for those who read HTTP only
 */
export type ChargeOperation = (
  resolved: ServedOperation,
  request: GatewayRequest,
) => Promise<Charge>;

export type ChargingParts = {
  readonly quotas: Quotas;
  /** The supergraph of a schema that an operation was validated against. */
  readonly snapshotOf: (schema: GraphQLSchema) => SupergraphSnapshot;
};

export function createCharging({ quotas, snapshotOf }: ChargingParts): ChargeOperation {
  const actualPointsOf = keptBySchema();
  return async (resolved, request) => {
    const { schema, document, operation, variables } = resolved;
    const { pointsOf, supergraphSchema } = snapshotOf(schema);
    const name = nameOf(resolved);
    const points = pointsOf(document, name, variables);
    const entered = await quotas.enter(request, points).catch(refuse);
    return {
      settle: (result) => {
        const data = result.data ?? null;
        const { reads, viewer } = request;
        const actualPoints = actualPointsOf(supergraphSchema)(document, name, data);
        const left = entered.leave({ points: actualPoints, sourceCalls: reads.sourceCalls });
        if (result.data === undefined) return { actualPoints, cost: null, extensions: null };
        const cost = toldCost(points, reads);
        const isHint = couldHint(data, operation.operation, viewer);
        return { actualPoints, cost, extensions: tell(cost, actualPoints, left, isHint, request) };
      },
    };
  };
}

/** @param isHint of what was read for it nothing is told */
function tell(
  cost: ToldCost,
  actualPoints: number,
  left: QuotaStatus,
  isHint: boolean,
  { reads }: GatewayRequest,
): Readonly<Record<string, unknown>> {
  if (isHint) return { cost: { points: cost.points, actualPoints, ...left } };
  const stale = toldStale(reads);
  const missing = toldMissing(reads);
  return {
    cost: { ...cost, actualPoints, ...left },
    ...(stale.length === 0 ? {} : { stale }),
    ...(missing.length === 0 ? {} : { missing }),
  };
}

const BAD_REQUEST = 400;
const TOO_MANY_REQUESTS = 429;

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
