/** Calls in any sixty seconds. A refused one counts for nothing. */
export interface CallWindow {
  /** @returns how long to wait, in whole seconds; `null` when the call may go */
  enter(nowMs: number): number | null;
}

const WINDOW_MS = 60_000;
const MS_PER_SECOND = 1_000;

export function createCallWindow(perMinute: number): CallWindow {
  const admittedMs: number[] = [];
  return {
    enter(nowMs) {
      while (admittedMs[0] !== undefined && admittedMs[0] <= nowMs - WINDOW_MS) admittedMs.shift();
      if (admittedMs.length < perMinute) {
        admittedMs.push(nowMs);
        return null;
      }
      const waitMs = (admittedMs[0] ?? nowMs) + WINDOW_MS - nowMs;
      return Math.max(1, Math.ceil(waitMs / MS_PER_SECOND));
    },
  };
}
