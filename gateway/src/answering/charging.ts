import { GraphQLError } from "graphql";
import type { FormattedExecutionResult, GraphQLSchema } from "graphql";
import { CostLimitError, RateLimitedError } from "../errors/limit-errors.ts";
import type { SupergraphSnapshot } from "../execution/snapshot.ts";
import { couldHint, toldCost, toldMissing, toldStale } from "../execution/told-reads.ts";
import type { ToldCost } from "../execution/told-reads.ts";
import { createActualPointsOf } from "../policy/actual-points.ts";
import type { ActualPointsOf } from "../policy/actual-points.ts";
import type { MayWait } from "../may-wait.ts";
import type { Entered, Quotas, QuotaStatus } from "../policy/quotas.ts";
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
) => MayWait<Charge>;

export type ChargingParts = {
  readonly quotas: Quotas;
  /** The supergraph of a schema that an operation was validated against. */
  readonly snapshotOf: (schema: GraphQLSchema) => SupergraphSnapshot;
};

export function createCharging({ quotas, snapshotOf }: ChargingParts): ChargeOperation {
  const actualPointsOf = keptBySchema();
  return (resolved, request) => {
    const { schema, document, variables } = resolved;
    const { pointsOf, supergraphSchema } = snapshotOf(schema);
    const points = pointsOf(document, nameOf(resolved), variables);
    const priced = { resolved, request, points, actualPointsOf: actualPointsOf(supergraphSchema) };
    try {
      const entered = quotas.enter(request, points);
      if (!(entered instanceof Promise)) return new EnteredCharge(priced, entered);
      return entered.then((later) => new EnteredCharge(priced, later), refuse);
    } catch (error) {
      return refuse(error);
    }
  };
}

type Priced = {
  readonly resolved: ServedOperation;
  readonly request: GatewayRequest;
  readonly points: number | null;
  readonly actualPointsOf: ActualPointsOf;
};

class EnteredCharge implements Charge {
  readonly #priced: Priced;
  readonly #entered: Entered;

  constructor(priced: Priced, entered: Entered) {
    this.#priced = priced;
    this.#entered = entered;
  }

  settle(result: FormattedExecutionResult): Settled {
    const { resolved, request, points, actualPointsOf } = this.#priced;
    const { document, operation } = resolved;
    const { reads, viewer } = request;
    const data = result.data ?? null;
    const actualPoints = actualPointsOf(document, nameOf(resolved), data);
    const left = this.#entered.leave({ points: actualPoints, sourceCalls: reads.sourceCalls });
    if (result.data === undefined) return { actualPoints, cost: null, extensions: null };
    const cost = toldCost(points, reads);
    const isHint = couldHint(data, operation.operation, viewer);
    return { actualPoints, cost, extensions: tell(cost, actualPoints, left, isHint, request) };
  }
}

/** @param isHint of what was read for it nothing is told */
function tell(
  cost: ToldCost,
  actualPoints: number,
  left: QuotaStatus,
  isHint: boolean,
  { reads }: GatewayRequest,
): Readonly<Record<string, unknown>> {
  const { points, sourceCalls, cached, stale: staleValues } = cost;
  const { limitPerMinute, remaining, resetAt } = left;
  if (isHint) return { cost: { points, actualPoints, limitPerMinute, remaining, resetAt } };
  // written out: each spread into a literal but the first goes through its names one by one
  const told = {
    points,
    sourceCalls,
    cached,
    stale: staleValues,
    actualPoints,
    limitPerMinute,
    remaining,
    resetAt,
  };
  if (reads.staleSince.size === 0 && reads.missing.size === 0) return { cost: told };
  const stale = toldStale(reads);
  const missing = toldMissing(reads);
  return {
    cost: told,
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
