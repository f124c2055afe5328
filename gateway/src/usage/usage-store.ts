import type { Instant } from "@crossdock/domain";
import type { Coordinate, OperationShape } from "./coordinates.ts";

/** How often one client has run one operation on one day. */
export type OperationUse = {
  /** Calendar day in UTC, `YYYY-MM-DD`. */
  readonly usedOn: string;
  /** Empty for callers who did not say who they are. */
  readonly clientId: string;
  readonly signature: string;
  readonly count: number;
  readonly lastUsedAt: Instant;
  /** Of those operations, how many had each of these in their variables. */
  readonly inVariables: ReadonlyMap<Coordinate, number>;
};

export type UsageBatch = {
  readonly uses: readonly OperationUse[];
  /** The shapes of signatures that this process has not handed over on this day. */
  readonly shapes: readonly OperationShape[];
};

/** Where usage is kept; counts of one day are added up over all processes. */
export interface UsageStore {
  /** All of it or nothing. @throws {Error} nothing was kept; it is handed over again */
  add(batch: UsageBatch): Promise<void>;
}
