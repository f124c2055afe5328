import type { SourceLane } from "./lanes.ts";

/** How a source does, as seen by this process. */
export type SourceHealth = {
  /** The worst of its operations: OPEN calls are not sent, HALF_OPEN one is sent to see. */
  readonly state: CircuitState;
  /** Of the calls that the source answered in the last five minutes; `null` when there was none. */
  readonly latencyP50Ms: number | null;
  readonly latencyP99Ms: number | null;
  /** Sent in the last sixty seconds, without those for tokens. */
  readonly callsLastMinute: number;
  /** What the budget lets through. */
  readonly callBudgetPerMinute: number;
  /** In the last sixty seconds, by our own budget or by the source because of too many calls. */
  readonly rejectedLastMinute: number;
  readonly lanes: Readonly<Record<SourceLane, LaneHealth>>;
};

export type CircuitState = "CLOSED" | "HALF_OPEN" | "OPEN";

export type LaneHealth = {
  /** Calls that wait for their turn now. */
  readonly waiting: number;
  readonly underWay: number;
  /** Calls that this process's budget has ever refused. */
  readonly refused: number;
};
