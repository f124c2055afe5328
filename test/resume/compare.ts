import type { LogEntry } from "./event-log.ts";
import type { CustomersOfOrders } from "./streams.ts";
import type { Subscriber } from "./subscriber.ts";

/** What subscribers saw, beside what the log says that they had to see. */
export type Comparison = {
  readonly subscribers: number;
  readonly reconnects: number;
  /** Events of the log that they asked for. */
  readonly expected: number;
  /** Of those, never seen. */
  readonly missed: number;
  /** Seen again after the first time. */
  readonly doubled: number;
  /** Seen after a later event of the same subject. */
  readonly disordered: number;
  /** Not asked for, or not in the log. */
  readonly unasked: number;
};

/**
 * Compares what one subscriber saw with the log.
 * @param log everything after the cursor with which it began
 * @param due how many events of it the subscriber has had the time to see
 */
export function judge(
  { plan, seen, reconnects }: Subscriber,
  log: readonly LogEntry[],
  due: number,
  customers: CustomersOfOrders,
): Comparison {
  const places = new Map(log.map(({ cursor }, place) => [cursor, place]));
  const times = new Map<number, number>();
  const lastOfSubject = new Map<string | null, number>();
  let disordered = 0;
  let unasked = 0;
  for (const cursor of seen) {
    const place = places.get(cursor);
    const entry = place === undefined ? undefined : log[place];
    if (place === undefined || entry === undefined || !plan.interest.matches(entry, customers)) {
      unasked += 1;
      continue;
    }
    times.set(place, (times.get(place) ?? 0) + 1);
    const subject = entry.subjectId ?? null;
    if (place < (lastOfSubject.get(subject) ?? -1)) disordered += 1;
    lastOfSubject.set(subject, Math.max(place, lastOfSubject.get(subject) ?? -1));
  }
  const expected = log.flatMap((entry, place) =>
    place < due && plan.interest.matches(entry, customers) ? [place] : [],
  );
  return {
    subscribers: 1,
    reconnects: reconnects(),
    expected: expected.length,
    missed: expected.filter((place) => !times.has(place)).length,
    doubled: [...times.values()].reduce((sum, count) => sum + count - 1, 0),
    disordered,
    unasked,
  };
}

/** The same of several together. */
export function addUp(parts: readonly Comparison[]): Comparison {
  const sum = (of: keyof Comparison) => parts.reduce((total, part) => total + part[of], 0);
  return {
    subscribers: sum("subscribers"),
    reconnects: sum("reconnects"),
    expected: sum("expected"),
    missed: sum("missed"),
    doubled: sum("doubled"),
    disordered: sum("disordered"),
    unasked: sum("unasked"),
  };
}
