import type { Viewer } from "@crossdock/domain";
import { CostLimitError, RateLimitedError } from "../errors/limit-errors.ts";
import { createLastInstant } from "../last-instant.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayRequest } from "../request.ts";
import type { ClientPolicies, ClientPolicy } from "./client-policies.ts";
import type { CountedMinutes, Minute } from "./counted-minutes.ts";
import { ifWaiting } from "../may-wait.ts";
import type { MayWait } from "../may-wait.ts";

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
   * the least. Where quotas are counted in this process there is nothing to wait for.
   * @throws {CostLimitError} no operation may cost as much
   * @throws {RateLimitedError} not now; it says when
   */
  enter(asking: Asking, points: number | null): MayWait<Entered>;
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

/** The place of an operation that runs, and at what it was priced. */
type Place = {
  readonly key: string;
  readonly price: number;
  readonly policy: ClientPolicy;
  readonly leave: (key: string) => void;
};

/** @param calls `null` where the client may make as many as it likes */
type Taken = { readonly taken: Minute; readonly calls: Minute | null };

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

  function orRefusePoints(minute: Minute, points: number, max: number): Minute {
    if (minute.isTaken) return minute;
    const message = `The operation may cost ${String(points)} points; of your ${String(max)} a minute ${String(max - minute.used)} are left.`;
    throw new RateLimitedError(message, "pointsPerMinute", max, secondsUntil(minute.resetAtMs));
  }

  function orRefuseCall(minute: Minute, max: number): Minute {
    if (minute.isTaken) return minute;
    const message = `Your operations have taken the ${String(max)} calls to source systems that you have a minute.`;
    const retryAfterSeconds = secondsUntil(minute.resetAtMs);
    throw new RateLimitedError(message, "sourceCallsPerMinute", max, retryAfterSeconds);
  }

  /** @returns what was taken, once all of it is there; else nothing is */
  function take(key: string, points: number, policy: ClientPolicy): MayWait<Taken> {
    const { pointsPerMinute: max, sourceCallsPerMinute: maxCalls } = policy;
    return ifWaiting(minutes.take(pointsKeyOf(key), points, max), (minute) => {
      const taken = orRefusePoints(minute, points, max);
      return maxCalls === null ? { taken, calls: null } : withCall(key, points, maxCalls, taken);
    });
  }

  async function withCall(key: string, points: number, max: number, taken: Minute): Promise<Taken> {
    try {
      const calls = await minutes.take(callsKeyOf(key), CALLS_AHEAD, max);
      return { taken, calls: orRefuseCall(calls, max) };
    } catch (error) {
      await minutes.correct(pointsKeyOf(key), -points, taken);
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

  async function enterLater(place: Place, taken: Promise<Taken>): Promise<Entered> {
    try {
      return new EnteredOperation(minutes, place, await taken);
    } catch (error) {
      place.leave(place.key);
      throw error;
    }
  }

  return {
    enter: (asking, points) => {
      const policy = policies.policyOf(asking.viewer);
      const key = quotaKeyOf(asking, policy);
      const price = priced(points, policy);
      takePlace(key, policy);
      const place: Place = { key, price, policy, leave: leavePlace };
      try {
        const taken = take(key, price, policy);
        if (taken instanceof Promise) return enterLater(place, taken);
        return new EnteredOperation(minutes, place, taken);
      } catch (error) {
        leavePlace(key);
        throw error;
      }
    },
    open: async (asking, points) => {
      const policy = policies.policyOf(asking.viewer);
      await take(quotaKeyOf(asking, policy), priced(points, policy), policy);
    },
  };
}

/** All that one client does in a minute ends with it. */
const resetInstant = createLastInstant();

class EnteredOperation implements Entered {
  readonly #minutes: CountedMinutes;
  readonly #place: Place;
  readonly #taken: Taken;
  #left: QuotaStatus | null = null;

  constructor(minutes: CountedMinutes, place: Place, taken: Taken) {
    this.#minutes = minutes;
    this.#place = place;
    this.#taken = taken;
  }

  leave(spent: Spent): QuotaStatus {
    this.#left ??= this.#giveBack(spent);
    return this.#left;
  }

  #giveBack(spent: Spent): QuotaStatus {
    const { key, price, policy, leave } = this.#place;
    const { taken, calls } = this.#taken;
    leave(key);
    const difference = Math.max(spent.points, LEAST_POINTS) - price;
    correctUnawaited(this.#minutes.correct(pointsKeyOf(key), difference, taken));
    if (calls !== null) {
      const more = spent.sourceCalls - CALLS_AHEAD;
      correctUnawaited(this.#minutes.correct(callsKeyOf(key), more, calls));
    }
    return {
      limitPerMinute: policy.pointsPerMinute,
      remaining: Math.max(0, policy.pointsPerMinute - taken.used - difference),
      resetAt: resetInstant(taken.resetAtMs),
    };
  }
}

/** Nobody waits for it: the store answers for itself. */
function correctUnawaited(corrected: MayWait<unknown>): void {
  if (corrected instanceof Promise) corrected.catch(() => undefined);
}

function pointsKeyOf(key: string): string {
  return `points:${key}`;
}

function callsKeyOf(key: string): string {
  return `calls:${key}`;
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
  const known = keysOfUsers.get(viewer);
  if (known?.clientId === clientId) return known.key;
  const key = `user ${JSON.stringify([clientId, viewer.id, viewer.customers])}`;
  keysOfUsers.set(viewer, { clientId, key });
  return key;
}

/** All requests that show one token within a minute have one viewer. */
const keysOfUsers = new WeakMap<Viewer, { readonly clientId: string; readonly key: string }>();

function secondsUntil(atMs: number): number {
  return Math.max(1, Math.ceil((atMs - Date.now()) / MS_PER_SECOND));
}
