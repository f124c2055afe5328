/** A stretch of time, in milliseconds since 1970. */
export type Span = { readonly startMs: number; readonly endMs: number };

/** Where an instant lies in a picture, and where time was left out. */
export type TimeScale = {
  /** 0 at the left edge, 1 at the right one. */
  readonly place: (ms: number) => number;
  /** Pauses that are drawn shorter than they were: where, and how long they were. */
  readonly breaks: readonly { readonly at: number; readonly ms: number }[];
};

/** Of the width so much goes to pauses at most: what happened is what one wants to see. */
const PAUSES_SHARE = 0.5;
const SHORTEST_PAUSE_MS = 1;
/** Pauses shortened less than so many times are drawn without a break: nobody would see that they were. */
const TOLD_FROM = 4;

/**
 * A scale on which all that happened can be seen: an order's way has calls of milliseconds and waits of hours. Pauses in
 * which nothing happened are drawn no longer than all alike, when they are shortened.
 * @param spans in any order; at least one
 * @param isShortened `false`: true to time
 */
export function timeScale(spans: readonly Span[], isShortened: boolean): TimeScale {
  const busy = merged(spans);
  const busyMs = busy.reduce((sum, { startMs, endMs }) => sum + (endMs - startMs), 0);
  const pauses = Math.max(1, busy.length - 1);
  const share = PAUSES_SHARE / (1 - PAUSES_SHARE);
  const longest = isShortened
    ? Math.max(SHORTEST_PAUSE_MS, (busyMs * share) / pauses)
    : Number.POSITIVE_INFINITY;
  const points: { readonly ms: number; readonly drawn: number }[] = [];
  const breaks: { drawn: number; ms: number }[] = [];
  let drawn = 0;
  let beforeMs: number | null = null;
  for (const { startMs, endMs } of busy) {
    if (beforeMs !== null) {
      const ms = startMs - beforeMs;
      const length = Math.min(ms, longest);
      if (ms > length * TOLD_FROM) breaks.push({ drawn: drawn + length / 2, ms });
      drawn += length;
    }
    points.push({ ms: startMs, drawn });
    drawn += endMs - startMs;
    points.push({ ms: endMs, drawn });
    beforeMs = endMs;
  }
  const whole = drawn === 0 ? 1 : drawn;
  return {
    place: (ms) => interpolate(points, ms) / whole,
    breaks: breaks.map((each) => ({ at: each.drawn / whole, ms: each.ms })),
  };
}

/** Those that touch or overlap as one, in order. */
function merged(spans: readonly Span[]): readonly Span[] {
  const result: { startMs: number; endMs: number }[] = [];
  for (const { startMs, endMs } of [...spans].sort((a, b) => a.startMs - b.startMs)) {
    const last = result.at(-1);
    if (last !== undefined && startMs <= last.endMs) last.endMs = Math.max(last.endMs, endMs);
    else result.push({ startMs, endMs });
  }
  return result;
}

function interpolate(
  points: readonly { readonly ms: number; readonly drawn: number }[],
  ms: number,
): number {
  const after = points.findIndex((point) => point.ms >= ms);
  const right = points[after];
  if (right === undefined) return points.at(-1)?.drawn ?? 0;
  const left = points[after - 1];
  if (left === undefined || right.ms === left.ms) return right.drawn;
  return left.drawn + ((ms - left.ms) / (right.ms - left.ms)) * (right.drawn - left.drawn);
}

/** A thing with a place on the scale: both ends from 0 to 1. */
export type Placed<Item> = { readonly item: Item; readonly left: number; readonly right: number };

/**
 * Lays what overlaps into rows below each other, the first free one first.
 * @param room so much stays free behind each, as a share of the width
 */
export function inRows<Item>(
  placed: readonly Placed<Item>[],
  room: number,
): readonly (Placed<Item> & { readonly row: number })[] {
  const ends: number[] = [];
  return placed.map((each) => {
    const free = ends.findIndex((end) => end <= each.left);
    const row = free === -1 ? ends.length : free;
    ends[row] = Math.max(each.right, each.left) + room;
    return { ...each, row };
  });
}
