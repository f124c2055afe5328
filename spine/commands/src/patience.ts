import type { CommandRecord } from "./command-record.ts";
import type { CommandDefinition } from "./definition.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * Whether a command, tried again after `delayMs`, would by then have been failing for longer than its
 * definition allows.
 * @param nowMs milliseconds since 1970
 */
export function isPatienceSpent(
  { patienceMs }: Pick<CommandDefinition, "patienceMs">,
  { failingSince }: Pick<CommandRecord, "failingSince">,
  { nowMs, delayMs }: { readonly nowMs: number; readonly delayMs: number },
): boolean {
  const failingForMs = failingSince === null ? 0 : nowMs - Date.parse(failingSince);
  return failingForMs + delayMs > patienceMs;
}

/** `3 days`, `12 hours`, `1 minute`: for a person. */
export function durationInWords(ms: number): string {
  const [unitMs, unit] =
    ms >= DAY_MS ? [DAY_MS, "day"] : ms >= HOUR_MS ? [HOUR_MS, "hour"] : [MINUTE_MS, "minute"];
  const count = Math.max(1, Math.round(ms / unitMs));
  return `${String(count)} ${unit}${count === 1 ? "" : "s"}`;
}
