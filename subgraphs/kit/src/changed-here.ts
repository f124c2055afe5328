import type { Instant } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import { MAX_BOOK_AGE_MS } from "./followed-book.ts";

/** How many documents are remembered; of more, the oldest are left to their feed. */
const MAX_CHANGES = 10_000;

/**
 * What commands of this process are about. Who has the answer to a command is shown what it has changed, although the book
 * hears of it later: until then, for two minutes at most, the source is asked.
 */
export interface ChangedHere<Id> {
  note(id: Id): void;
  /** @param seenAt when the book's record was seen */
  isBehind(id: Id, seenAt: Instant): boolean;
}

export function createChangedHere<Id>(clock: Clock): ChangedHere<Id> {
  const changedAt = new Map<Id, Instant>();
  return {
    note(id) {
      changedAt.delete(id); // the latest go last
      changedAt.set(id, clock.now());
      const [oldest] = changedAt.keys();
      if (changedAt.size > MAX_CHANGES && oldest !== undefined) changedAt.delete(oldest);
    },
    isBehind(id, seenAt) {
      const at = changedAt.get(id);
      if (at === undefined || seenAt > at) return false;
      return clock.nowMs() - Date.parse(at) <= MAX_BOOK_AGE_MS;
    },
  };
}
