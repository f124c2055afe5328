import { setMaxListeners } from "node:events";
import {
  SourceRateLimitedError,
  type LaneHealth,
  type SourceLane,
} from "@crossdock/source-contract";
import { createDayReserve } from "./day-reserve.ts";
import { createLaneScheduler } from "./lane-scheduler.ts";
import { perLane, type SourceBudget } from "./source-budget.ts";

export type Spending = {
  readonly lane: SourceLane;
  /** Named in errors. */
  readonly operation: string;
  readonly signal: AbortSignal;
  /** What makes the call pointless: asked before it waits, and again whenever it might go. */
  readonly refusal: () => Error | null;
};

/** What a source says it will still take. */
export type RemainingCalls = { readonly now?: number | null; readonly today?: number | null };

export interface Budget {
  /**
   * Runs `call` when its lane has room.
   * @throws {SourceRateLimitedError} no room in time; `call` was not run
   * @throws what `refusal` answers, or the signal's reason; `call` was not run
   */
  spend<T>(spending: Spending, call: () => Promise<T>): Promise<T>;
  /** The source itself asked for a pause, because of too many calls: nothing is sent before it is over. */
  pause(forMs: number): void;
  /** The source told, with an answer, what it will still take. */
  remaining(calls: RemainingCalls): void;
  /** Calls that are pointless now wait no longer. */
  reconsider(): void;
  lanes(): Readonly<Record<SourceLane, LaneHealth>>;
}

type Call = Spending & {
  readonly sinceMs: number;
  readonly deadlineMs: number;
  readonly go: () => void;
  readonly refuse: (error: unknown) => void;
};

/** What is lent fills as time goes by, in ways that a lane does not foresee: it looks again at least so often. */
const LOOKS_EVERY_MS = 500;

/** @param onRefused told of each call that it refuses */
export function createBudget(
  source: string,
  budget: SourceBudget,
  onRefused: () => void = () => undefined,
): Budget {
  const now = () => performance.now();
  const scheduler = createLaneScheduler<Call>(budget, now());
  const reserve = createDayReserve(budget);
  const refused: Record<SourceLane, number> = { ...perLane(() => 0) };
  let timer: NodeJS.Timeout | undefined;

  const tooMany = ({ lane, operation }: Spending, retryAfterMs: number) => {
    refused[lane] += 1;
    onRefused();
    return new SourceRateLimitedError(source, operation, Math.max(Math.ceil(retryAfterMs), 1));
  };
  const drop = (call: Call, error: unknown) => {
    scheduler.remove(call);
    call.refuse(error);
  };
  /** Who can go goes; a timer looks after the others. */
  const dispatch = () => {
    clearTimeout(timer);
    for (let call = scheduler.next(now()); call !== null; call = scheduler.next(now())) call.go();
    const wakeMs = scheduler.wakeInMs(now());
    if (wakeMs !== null) timer = setTimeout(dispatch, Math.min(Math.ceil(wakeMs), LOOKS_EVERY_MS));
  };
  const reconsider = () => {
    for (const call of scheduler.all()) {
      const error = call.refusal();
      const pauseMs = scheduler.pausedUntilMs - now();
      if (error !== null) drop(call, error);
      else if (scheduler.pausedUntilMs > call.deadlineMs) drop(call, tooMany(call, pauseMs));
    }
    dispatch();
  };

  /** @throws see {@link Budget.spend} */
  const turn = async (spending: Spending): Promise<void> => {
    const { lane, signal } = spending;
    signal.throwIfAborted();
    const pointless = spending.refusal();
    if (pointless !== null) throw pointless;
    const limits = budget.lanes[lane];
    const sinceMs = now();
    const deadlineMs = sinceMs + limits.maxWaitMs;
    if (scheduler.pausedUntilMs > deadlineMs) {
      throw tooMany(spending, scheduler.pausedUntilMs - sinceMs);
    }
    const dayMs = reserve.waitMs(lane, Date.now());
    if (dayMs > 0) throw tooMany(spending, dayMs);

    const { promise, resolve, reject } = deferred();
    const call: Call = { ...spending, sinceMs, deadlineMs, go: resolve, refuse: reject };
    scheduler.add(call);
    dispatch();
    if (scheduler.waiting(lane) > limits.queued) drop(call, tooMany(spending, limits.maxWaitMs));
    const onAbort = () => {
      drop(call, signal.reason);
    };
    const late = setTimeout(() => {
      drop(call, tooMany(spending, limits.maxWaitMs));
    }, limits.maxWaitMs);
    // A caller may have any number of calls waiting, which Node would take for a leak.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      await promise;
    } finally {
      clearTimeout(late);
      signal.removeEventListener("abort", onAbort);
    }
  };

  return {
    async spend(spending, call) {
      await turn(spending);
      try {
        return await call();
      } finally {
        scheduler.leave(spending.lane);
        dispatch();
      }
    },
    pause(forMs) {
      scheduler.refused(now());
      scheduler.pause(now() + forMs);
      reconsider();
    },
    remaining({ now: left = null, today = null }) {
      // Calls that are under way may not be counted in it yet.
      if (left !== null) scheduler.atMost(Math.max(left - scheduler.underWayInAll(), 0), now());
      if (today !== null) reserve.left(today);
    },
    reconsider,
    lanes: () =>
      perLane((lane) => ({
        waiting: scheduler.waiting(lane),
        underWay: scheduler.underWay(lane),
        refused: refused[lane],
      })),
  };
}

function deferred() {
  let resolve: () => void = () => undefined;
  let reject: (error: unknown) => void = () => undefined;
  const promise = new Promise<void>((onDone, onFailed) => {
    resolve = onDone;
    reject = onFailed;
  });
  return { promise, resolve, reject };
}
