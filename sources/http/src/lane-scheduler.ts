import { SOURCE_LANES, type SourceLane } from "@crossdock/source-contract";
import { createBearableConcurrency } from "./bearable-concurrency.ts";
import { createLaneTokens } from "./lane-tokens.ts";
import { perLane, type SourceBudget } from "./source-budget.ts";

/** A call that waits for its turn. */
export type Waiting = { readonly lane: SourceLane; readonly sinceMs: number };

/** Whose turn it is. Knows no timers and no promises: who waits asks `next` when `wakeInMs` is over or one has left. */
export interface LaneScheduler<Call extends Waiting> {
  add(call: Call): void;
  /** It waits no more; nothing happens when it does not. */
  remove(call: Call): void;
  /** @returns a call that may go now, and has its place and its token; `null` when none may */
  next(nowMs: number): Call | null;
  /** A call that went is over. */
  leave(lane: SourceLane): void;
  /** @returns how long until a waiting call may go even when none leaves; `null` when that does not come by waiting */
  wakeInMs(nowMs: number): number | null;
  /** Nothing goes before `untilMs`. */
  pause(untilMs: number): void;
  readonly pausedUntilMs: number;
  /** The source refused a call as one too many. */
  refused(nowMs: number): void;
  /** The source says how many calls it will take now. */
  atMost(calls: number, nowMs: number): void;
  waiting(lane: SourceLane): number;
  underWay(lane: SourceLane): number;
  underWayInAll(): number;
  all(): Iterable<Call>;
}

/** A call of a low lane that has waited so long comes before higher ones, once in so many turns: nothing starves. */
const PATIENCE_MS = 1_000;
const TURNS_OF_PATIENCE = 4;

/**
 * Places and tokens that belong to a lane are its own; the others go to the highest lane that has somebody waiting.
 * Of one lane, who came first goes first.
 */
export function createLaneScheduler<Call extends Waiting>(
  budget: SourceBudget,
  nowMs: number,
): LaneScheduler<Call> {
  const queues = perLane(() => new Set<Call>());
  const running: Record<SourceLane, number> = { ...perLane(() => 0) };
  const tokens = createLaneTokens(budget, nowMs);
  const concurrency = createBearableConcurrency(budget.concurrent);
  let pausedUntilMs = -Infinity;
  let turns = 0;

  /** Fewer places at once are fewer kept ones: with one or two left, lanes take turns. */
  const placesFor = (atMs: number) => {
    const allowed = concurrency.allowed(atMs);
    const kept = perLane((lane) =>
      Math.floor((budget.lanes[lane].slots * allowed) / budget.concurrent),
    );
    const taken = SOURCE_LANES.reduce((sum, lane) => sum + Math.max(running[lane], kept[lane]), 0);
    return (lane: SourceLane) => running[lane] < kept[lane] || taken < allowed;
  };
  const heads = () => {
    const first = SOURCE_LANES.flatMap((lane) => {
      const [call] = queues[lane];
      return call === undefined ? [] : [call];
    });
    if (budget.isOneQueue !== true || first.length < 2) return first;
    return [first.reduce((oldest, call) => (call.sinceMs < oldest.sinceMs ? call : oldest))];
  };
  const inOrder = (calls: Call[], atMs: number) => {
    if (turns % TURNS_OF_PATIENCE !== 0) return calls;
    const overdue = calls.filter(({ sinceMs }) => atMs - sinceMs >= PATIENCE_MS);
    overdue.sort((left, right) => left.sinceMs - right.sinceMs);
    return [...overdue, ...calls.filter((call) => !overdue.includes(call))];
  };

  return {
    add(call) {
      queues[call.lane].add(call);
    },
    remove(call) {
      queues[call.lane].delete(call);
    },
    next(atMs) {
      if (atMs < pausedUntilMs) return null;
      const hasPlace = placesFor(atMs);
      const able = heads().filter(({ lane }) => hasPlace(lane));
      const call = inOrder(able, atMs).find(({ lane }) => tokens.take(lane, atMs));
      if (call === undefined) return null;
      turns += 1;
      queues[call.lane].delete(call);
      running[call.lane] += 1;
      return call;
    },
    leave(lane) {
      running[lane] -= 1;
    },
    wakeInMs(atMs) {
      const hasPlace = placesFor(atMs);
      const waits = heads()
        .filter(({ lane }) => hasPlace(lane))
        .map(({ lane }) => tokens.waitMs(lane, atMs));
      if (waits.length === 0) return null;
      return Math.max(Math.min(...waits), pausedUntilMs - atMs, 0);
    },
    pause(untilMs) {
      pausedUntilMs = Math.max(pausedUntilMs, untilMs);
    },
    get pausedUntilMs() {
      return pausedUntilMs;
    },
    refused: (atMs) => {
      concurrency.refused(atMs);
    },
    atMost: (calls, atMs) => {
      tokens.atMost(calls, atMs);
    },
    waiting: (lane) => queues[lane].size,
    underWay: (lane) => running[lane],
    underWayInAll: () => SOURCE_LANES.reduce((sum, lane) => sum + running[lane], 0),
    *all() {
      for (const lane of SOURCE_LANES) yield* queues[lane];
    },
  };
}
