import { AsyncLocalStorage } from "node:async_hooks";
import type { Instant } from "@crossdock/domain";

/**
 * What answering one request took from the sources, and how fresh what it shows is. One per request,
 * whichever subgraphs it visits; one per event of a subscription.
 */
export interface ReadTally extends ReadsTaken {
  noteCall(): void;
  noteCached(): void;
  noteStale(source: string, asOf: Instant): void;
  /** Something is left out of the answer, because its source could not be asked and nothing is known. */
  noteMissing(source: string): void;
  /** Counts what another process took for the same request. */
  add(taken: ReadsTaken): void;
}

export type ReadsTaken = {
  /** Calls that were sent to sources because of this request. */
  readonly sourceCalls: number;
  /** Values that were served without asking their source. */
  readonly cached: number;
  /** Values that were served although their source could not be asked. */
  readonly stale: number;
  /** Since when the oldest of the stale values is known, by source. */
  readonly staleSince: ReadonlyMap<string, Instant>;
  /** Sources of which something is left out that the answer can do without. */
  readonly missing: ReadonlySet<string>;
};

export function createReadTally(): ReadTally {
  return new Tally();
}

class Tally implements ReadTally {
  sourceCalls = 0;
  cached = 0;
  stale = 0;
  readonly staleSince = new Map<string, Instant>();
  readonly missing = new Set<string>();

  noteCall(): void {
    this.sourceCalls += 1;
  }

  noteCached(): void {
    this.cached += 1;
  }

  noteStale(source: string, asOf: Instant): void {
    this.stale += 1;
    this.#keepOldest(source, asOf);
  }

  noteMissing(source: string): void {
    this.missing.add(source);
  }

  add(taken: ReadsTaken): void {
    this.sourceCalls += taken.sourceCalls;
    this.cached += taken.cached;
    this.stale += taken.stale;
    for (const [source, asOf] of taken.staleSince) this.#keepOldest(source, asOf);
    for (const source of taken.missing) this.missing.add(source);
  }

  #keepOldest(source: string, asOf: Instant): void {
    const oldest = this.staleSince.get(source);
    if (oldest === undefined || asOf < oldest) this.staleSince.set(source, asOf);
  }
}

const current = new AsyncLocalStorage<ReadTally>();

/**
 * Calls to sources that `work` makes count for `tally`. A read that many requests wait for counts for
 * the one that began it.
 */
export function countingCalls<T>(tally: ReadTally, work: () => Promise<T>): Promise<T> {
  return current.run(tally, work);
}

/** A call is being sent to a source: it counts for whoever asked for it, if anybody did. */
export function noteSourceCall(): void {
  current.getStore()?.noteCall();
}
