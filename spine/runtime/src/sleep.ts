import { setTimeout as delay } from "node:timers/promises";

/**
 * Waits, and holds the process open meanwhile.
 * @throws the signal's reason, at once, when `signal` aborts
 */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await delay(ms, undefined, { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
