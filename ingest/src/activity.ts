import type { Clock } from "@crossdock/runtime";

/** Whether anything happens at the sources: while it does, a source that gives few calls is swept often. */
export interface Activity {
  /** A notification came, or a record changed. */
  note(): void;
  isAtRest(): boolean;
}

/** So long after the last sign of work the sources are taken to be busy. */
export const BUSY_MS = 5 * 60_000;

export function createActivity(clock: Clock): Activity {
  let notedAtMs = clock.nowMs();
  return {
    note() {
      notedAtMs = clock.nowMs();
    },
    isAtRest: () => clock.nowMs() - notedAtMs > BUSY_MS,
  };
}
