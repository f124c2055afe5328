import { tooManyRequests } from "./odata/error.ts";
import type { ErpLimits } from "./setup.ts";

/** Gives the place back. Calling it again does nothing. */
export type Release = () => void;

/** What becomes of a call that waits too long for its place. */
export type Patience = { readonly waitMs: number; readonly refusal: () => Error };

/** What one principal may ask at once and in a sliding window. */
export interface RequestGate {
  /**
   * Waits for one of the places.
   * @param patience without an end when left out
   * @throws {ODataError} 429: too many in the window, or too many waiting
   * @throws the `refusal` of `patience` when its time is over
   */
  enter(principal: string, patience?: Patience | null): Promise<Release>;
}

type Lane = { startedAt: number[]; running: number; waiting: (() => void)[] };

export function createRequestGate(limits: ErpLimits, now: () => number): RequestGate {
  const lanes = new Map<string, Lane>();
  const laneOf = (principal: string): Lane => {
    const lane = lanes.get(principal) ?? { startedAt: [], running: 0, waiting: [] };
    lanes.set(principal, lane);
    return lane;
  };
  const leave = (lane: Lane): Release => {
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = lane.waiting.shift();
      if (next === undefined) lane.running -= 1;
      else next();
    };
  };
  return {
    async enter(principal, patience = null) {
      const lane = laneOf(principal);
      dropOld(lane.startedAt, now() - limits.windowMs);
      if (lane.startedAt.length >= limits.requestsPerWindow) {
        throw tooManyRequests(lane.startedAt.length + 1, limits.requestsPerWindow);
      }
      if (lane.running >= limits.concurrent) {
        if (lane.waiting.length >= limits.queued) {
          throw tooManyRequests(lane.waiting.length + 1, limits.queued);
        }
        lane.startedAt.push(now());
        await waitForPlace(lane, patience);
        return leave(lane);
      }
      lane.startedAt.push(now());
      lane.running += 1;
      return leave(lane);
    },
  };
}

function waitForPlace({ waiting }: Lane, patience: Patience | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      waiting.splice(waiting.indexOf(take), 1);
      if (patience !== null) reject(patience.refusal());
    };
    const timer = patience === null ? undefined : setTimeout(giveUp, patience.waitMs);
    const take = () => {
      clearTimeout(timer);
      resolve();
    };
    waiting.push(take);
  });
}

function dropOld(times: number[], before: number): void {
  let old = 0;
  while ((times[old] ?? Infinity) <= before) old += 1;
  if (old > 0) times.splice(0, old);
}
