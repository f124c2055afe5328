import type { Difference, ReconciliationScope } from "@crossdock/domain";

/** A part of a walk over everything that a scope compares. */
export type ComparedPage = {
  /** How many things it had. */
  readonly compared: number;
  /** Names of those of which the systems do not seem to say the same, as `look` takes them. */
  readonly suspects: readonly string[];
  /** JSON: where the next page begins; `null` after the last. */
  readonly next: unknown;
};

/** How one scope is compared. Made anew for each run. */
export interface Comparison {
  readonly scope: ReconciliationScope;
  /** How many things there are to compare, about; from our own books. */
  count(): Promise<number>;
  /**
   * A bounded part of the walk, in an order that no change of a thing changes.
   * @param position of an earlier page, also of a run of another process; `null` starts
   */
  nextPage(position: unknown, signal: AbortSignal): Promise<ComparedPage>;
  /**
   * Reads things anew, from the sources themselves and past every cache, and from our books.
   * @param keys 1 to {@link MAX_LOOKED_AT}, distinct
   * @returns the differences that there are now, one at most for each key
   */
  look(keys: readonly string[], signal: AbortSignal): Promise<readonly Difference[]>;
}

/** Things that one look reads. */
export const MAX_LOOKED_AT = 100;
