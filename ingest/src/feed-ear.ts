import { instantOf, type Instant } from "@crossdock/domain";
import type { FeedHealth } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";

/** Keeps what was last heard of one feed. Nothing here waits or is stored. */
export interface FeedEar {
  /** A genuine notification came, or a sweep was answered to its end. */
  heard(): void;
  /** A sweep or a read failed. */
  failed(error: unknown): void;
  /** Records of today are in the book. @returns whether one is newer than all before */
  recorded(modifiedAts: readonly Instant[]): boolean;
  /** When we began to listen, before it was heard for the first time. */
  readonly heardAtMs: number;
  readonly wasHeard: boolean;
  /** What the source failed of since it was heard last, without what is private; `null` for nothing. */
  readonly lastFailure: string | null;
  health(): FeedHealth;
}

const MS_PER_SECOND = 1_000;

export function createFeedEar(feed: string, source: string, clock: Clock): FeedEar {
  let heardAtMs = clock.nowMs();
  let wasHeard = false;
  let lastFailure: string | null = null;
  let lastEventAt: Instant | null = null;
  let lagSeconds: number | null = null;
  return {
    heard() {
      heardAtMs = clock.nowMs();
      wasHeard = true;
      lastFailure = null;
    },
    failed(error) {
      // A class says what kind of trouble it is; messages may quote what a source answered.
      lastFailure = error instanceof Error ? error.name : "unknown failure";
    },
    recorded(modifiedAts) {
      const newest = [...modifiedAts].sort().at(-1);
      if (newest === undefined || (lastEventAt !== null && newest <= lastEventAt)) return false;
      lastEventAt = newest;
      lagSeconds = Math.max(0, clock.nowMs() - Date.parse(newest)) / MS_PER_SECOND;
      return true;
    },
    get heardAtMs() {
      return heardAtMs;
    },
    get wasHeard() {
      return wasHeard;
    },
    get lastFailure() {
      return lastFailure;
    },
    health: () => ({
      feed,
      source,
      heardAt: instantOf(new Date(heardAtMs)),
      lastEventAt,
      lagSeconds,
    }),
  };
}
