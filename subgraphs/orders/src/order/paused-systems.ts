import type { Instant } from "@crossdock/domain";
import type { LineBlocker } from "./blockers.ts";
import type { SystemNames } from "./late-steps.ts";

/** Since when we send nothing to a system; `null` when we do. */
export type PausedSince = (system: keyof SystemNames) => Instant | null;

/** What waits for a system to which we send nothing for now waits for us: nobody has to ask that system. */
export function becauseOfPause(
  blocker: LineBlocker,
  system: keyof SystemNames,
  { pausedSince, names }: { readonly pausedSince: PausedSince; readonly names: SystemNames },
): LineBlocker {
  const since = pausedSince(system);
  if (since === null) return blocker;
  const message = `We send nothing to ${names[system]} for now. What waits is kept, and goes on by itself when that ends.`;
  return { ...blocker, code: "SYSTEM_PAUSED", message, since, owner: "operator" };
}
