import { CostLimitError, RateLimitedError } from "../errors/limit-errors.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayRequest } from "../request.ts";
import type { ClientPolicies, ClientPolicy } from "./client-policies.ts";
import type { CountedMinutes, Minute } from "./counted-minutes.ts";

/** Who asks, and from where. */
export type Asking = Pick<GatewayRequest, "viewer" | "address">;

/** What is left to whoever asks, as the client reads it in `extensions.cost`. */
export type QuotaStatus = {
  /** Points that it may use a minute. */
  readonly limitPerMinute: number;
  /** Of them, what is left of the running minute. */
  readonly remaining: number;
  /** When all of them are there again. */
  readonly resetAt: string;
};

export type Spent = { readonly points: number; readonly sourceCalls: number };

/** A query or a mutation that may run. */
export interface Entered {
  /**
   * It is over: its place is free, and what it did not use is given back. The second time nothing happens.
   * @returns what is left after it
   */
  leave(spent: Spent): QuotaStatus;
}

/** What each client may use of the gateway: points and source calls by the minute, operations at once. */
export interface Quotas {
  /**
   * Takes what a query or a mutation may cost before it runs; `null` points, those of variables that do not fit, count as
   * the least.
   * @throws {CostLimitError} no operation may cost as much
   * @throws {RateLimitedError} not now; it says when
   */
  enter(asking: Asking, points: number | null): Promise<Entered>;
  /**
   * The same for a subscription, which costs what one of its events may when it is opened, and nothing after.
   * @throws as `enter`
   */
  open(asking: Asking, points: number | null): Promise<void>;
}

export type QuotasOptions = {
  readonly policies: ClientPolicies;
  readonly minutes: CountedMinutes;
  readonly limits: Pick<GatewayLimits, "maxOperationPoints">;
};

/** What the cheapest operation counts: none is for nothing, or a client could send any number of them. */
const LEAST_POINTS = 1;
/** Of its source calls an operation takes one before it runs: nobody knows how many there will be. */
const CALLS_AHEAD = 1;
/** When a place may be free again: operations take less. */
const PLACE_RETRY_SECONDS = 1;
const MS_PER_SECOND = 1_000;

export function createQuotas({ policies, minutes, limits }: QuotasOptions): Quotas {
  const running = new Map<string, number>();

  function leavePlace(key: string): void {
    const left = (running.get(key) ?? 1) - 1;
    if (left === 0) running.delete(key);
    else running.set(key, left);
  }

  function takePlace(key: string, { concurrentOperations: max }: ClientPolicy): void {
    const underWay = running.get(key) ?? 0;
    if (underWay >= max) {
      const message = `At most ${String(max)} operations at a time.`;
      throw new RateLimitedError(message, "concurrentOperations", max, PLACE_RETRY_SECONDS);
    }
    running.set(key, underWay + 1);
  }

  async function takePoints(key: string, points: number, policy: ClientPolicy): Promise<Minute> {
    const { pointsPerMinute: max } = policy;
    const minute = await minutes.take(`points:${key}`, points, max);
    if (minute.isTaken) return minute;
    const message = `The operation may cost ${String(points)} points; of your ${String(max)} a minute ${String(max - minute.used)} are left.`;
    throw new RateLimitedError(message, "pointsPerMinute", max, secondsUntil(minute.resetAtMs));
  }

  async function takeCall(key: string, max: number): Promise<Minute> {
    const minute = await minutes.take(`calls:${key}`, CALLS_AHEAD, max);
    if (minute.isTaken) return minute;
    const message = `Your operations have taken the ${String(max)} calls to source systems that you have a minute.`;
    const retryAfterSeconds = secondsUntil(minute.resetAtMs);
    throw new RateLimitedError(message, "sourceCallsPerMinute", max, retryAfterSeconds);
  }

  /** @returns what was taken, once all of it is there; else nothing is */
  async function take(key: string, points: number, policy: ClientPolicy) {
    const taken = await takePoints(key, points, policy);
    try {
      const { sourceCallsPerMinute: max } = policy;
      return { taken, calls: max === null ? null : await takeCall(key, max) };
    } catch (error) {
      await minutes.correct(`points:${key}`, -points, taken);
      throw error;
    }
  }

  function priced(points: number | null, policy: ClientPolicy): number {
    const price = Math.max(points ?? 0, LEAST_POINTS);
    const { maxOperationPoints } = limits;
    if (price > maxOperationPoints) {
      throw new CostLimitError("maxOperationPoints", price, maxOperationPoints);
    }
    if (price > policy.pointsPerMinute) {
      throw new CostLimitError("pointsPerMinute", price, policy.pointsPerMinute);
    }
    return price;
  }

  return {
    enter: async (asking, points) => {
      const policy = policies.policyOf(asking.viewer);
      const key = quotaKeyOf(asking, policy);
      const price = priced(points, policy);
      takePlace(key, policy);
      const { taken, calls } = await take(key, price, policy).catch((error: unknown) => {
        leavePlace(key);
        throw error;
      });
      let left: QuotaStatus | null = null;
      return {
        leave: (spent) => {
          if (left !== null) return left;
          leavePlace(key);
          const difference = Math.max(spent.points, LEAST_POINTS) - price;
          // nobody waits for it: the store answers for itself
          void minutes.correct(`points:${key}`, difference, taken).catch(() => undefined);
          if (calls !== null) {
            const more = spent.sourceCalls - CALLS_AHEAD;
            void minutes.correct(`calls:${key}`, more, calls).catch(() => undefined);
          }
          left = {
            limitPerMinute: policy.pointsPerMinute,
            remaining: Math.max(0, policy.pointsPerMinute - taken.used - difference),
            resetAt: new Date(taken.resetAtMs).toISOString(),
          };
          return left;
        },
      };
    },
    open: async (asking, points) => {
      const policy = policies.policyOf(asking.viewer);
      await take(quotaKeyOf(asking, policy), priced(points, policy), policy);
    },
  };
}

/**
 * Whose quota it is. A partner's is that of its program, whatever it signs in as. People who use one application have each
 * their own, for the accounts that they act for: nobody uses up, or sees in the numbers, what others do. Who does not say
 * who he is shares with his address.
 */
export function quotaKeyOf(
  { viewer, address }: Asking,
  { audience, clientId }: ClientPolicy,
): string {
  if (viewer === null) return `address ${address ?? ""}`;
  if (audience === "partner") return `client ${clientId}`;
  return `user ${JSON.stringify([clientId, viewer.id, viewer.customers])}`;
}

function secondsUntil(atMs: number): number {
  return Math.max(1, Math.ceil((atMs - Date.now()) / MS_PER_SECOND));
}
