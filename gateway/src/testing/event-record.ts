import { createTopic } from "./topic.ts";

export type RecordedEvent = {
  /** Its number in the record, as text. */
  readonly cursor: string;
  readonly order: { readonly id: string; readonly status: string };
};

/** Events that are kept, so that a stream can start after any of them. */
export interface EventRecord {
  publish(id: string): void;
  /** What came after a cursor, then what comes; `null` for what comes only. */
  follow(after: string | null, signal: AbortSignal): AsyncIterableIterator<RecordedEvent>;
  /** Resolves when as many follow, or at once. */
  followers(count: number): Promise<void>;
  /** Of the events; the last one's cursor. */
  readonly count: number;
  /** How often somebody began to follow. */
  readonly opened: number;
}

export function createEventRecord(): EventRecord {
  const topic = createTopic<RecordedEvent>();
  const events: RecordedEvent[] = [];
  let opened = 0;
  return {
    publish: (id) => {
      const event = { cursor: String(events.length + 1), order: { id, status: "OPEN" } };
      events.push(event);
      topic.publish(event);
    },
    follow: (after, signal) => {
      opened += 1;
      const missed = after === null ? [] : events.slice(Number(after));
      const live = topic.follow(signal); // in the same turn: nothing lies between the two
      return {
        [Symbol.asyncIterator]() {
          return this;
        },
        next: () => {
          const value = missed.shift();
          return value === undefined ? live.next() : Promise.resolve({ done: false, value });
        },
        return: () => live.return?.() ?? Promise.resolve({ done: true, value: undefined }),
      };
    },
    followers: (count) => topic.followers(count),
    get count() {
      return events.length;
    },
    get opened() {
      return opened;
    },
  };
}
