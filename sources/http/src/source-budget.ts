import { SOURCE_LANES, type SourceLane } from "@crossdock/source-contract";

/** What a source may be asked, so that no traffic of ours brings it down. */
export type SourceBudget = {
  /** Calls in any window of `windowMs`, wherever it begins. */
  readonly calls: number;
  readonly windowMs: number;
  /** As many of `calls` may go at once after a pause; the others are spread evenly over the window. */
  readonly burst: number;
  /** Calls under way at once. */
  readonly concurrent: number;
  /** Calls in a UTC day, where the vendor counts them; what is left of them the vendor tells. */
  readonly callsPerDay?: number;
  readonly lanes: Readonly<Record<SourceLane, LaneLimits>>;
  /** Every call waits in one queue, first come, first served: the control of a measurement. */
  readonly isOneQueue?: boolean;
  /** Whether a person has stopped what is asked of it: then reads are refused, and a write that is under way ends. */
  readonly isPaused?: () => boolean;
};

export type LaneLimits = {
  /** Part of `calls` that is this lane's alone, 0 to 1; the shares of all lanes are 1 or less. */
  readonly share: number;
  /** Calls under way at once that are kept free for it: nothing else takes their place. */
  readonly slots: number;
  /** Calls that may wait for their turn; more are refused. */
  readonly queued: number;
  /** The longest that a call waits for its turn. */
  readonly maxWaitMs: number;
};

/** Parts of a source's calls, 0 to 1 each, together 1 or less. */
export type LaneShares = Readonly<Record<SourceLane, number>>;

/** Two thirds are for what is not looked at by somebody: writes first. */
const SHARES: Readonly<Record<"posting" | "command", LaneShares>> = {
  posting: { posting: 0.35, command: 0.1, feed: 0.2, inquiry: 0.25, masterData: 0.1 },
  command: { posting: 0.1, command: 0.35, feed: 0.2, inquiry: 0.25, masterData: 0.1 },
};
/** A source that bears fewer calls at once has none to keep free: there, lanes take turns. */
const LEAST_CONCURRENT_FOR_SLOTS = 4;
const WRITE_SLOTS = 2;
const INQUIRY_SLOTS = 1;
/** Somebody waits for an inquiry, and would rather have what was last known. */
const MAX_INQUIRY_WAIT_MS = 5_000;
const MASTER_DATA_WAIT_MS = 60_000;

/**
 * A budget in which the source's writes, then its feeds, are never starved by who looks at things.
 * @param options.writes the lane of this source's writes
 * @param options.shares instead of the usual ones
 * @param options.queued calls of one lane that may wait
 * @param options.maxWaitMs of lanes for which nobody has a better answer
 */
export function budgetOf(
  options: Omit<SourceBudget, "lanes" | "isOneQueue"> & {
    readonly writes: "posting" | "command";
    readonly shares?: LaneShares;
    readonly queued: number;
    readonly maxWaitMs: number;
  },
): SourceBudget {
  const { writes, shares = SHARES[options.writes], queued, maxWaitMs, ...limits } = options;
  const slotsOf = (lane: SourceLane) => {
    if (limits.concurrent < LEAST_CONCURRENT_FOR_SLOTS) return 0;
    if (lane === writes) return WRITE_SLOTS;
    return lane === "inquiry" ? INQUIRY_SLOTS : 0;
  };
  const waitOf = (lane: SourceLane) => {
    if (lane === "inquiry") return Math.min(maxWaitMs, MAX_INQUIRY_WAIT_MS);
    return lane === "masterData" ? MASTER_DATA_WAIT_MS : maxWaitMs;
  };
  const limitsOf = (lane: SourceLane): LaneLimits => ({
    share: shares[lane],
    slots: slotsOf(lane),
    queued,
    maxWaitMs: waitOf(lane),
  });
  return { ...limits, lanes: perLane(limitsOf) };
}

/** What an installation may say of a budget; what it leaves out is as the vendor publishes. */
export type BudgetSettings = {
  readonly callsPerMinute?: number;
  /** At once. */
  readonly concurrent?: number;
  readonly shares?: LaneShares;
};

/** The same limits without lanes. */
export function withoutLanes(budget: SourceBudget): SourceBudget {
  const lanes = perLane((lane) => ({ ...budget.lanes[lane], share: 0, slots: 0 }));
  return { ...budget, lanes, isOneQueue: true };
}

export function perLane<T>(valueOf: (lane: SourceLane) => T): Readonly<Record<SourceLane, T>> {
  return Object.fromEntries(SOURCE_LANES.map((lane) => [lane, valueOf(lane)])) as Record<
    SourceLane,
    T
  >;
}
