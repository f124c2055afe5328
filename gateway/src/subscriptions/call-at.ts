import type { Instant } from "@crossdock/domain";

/** Node fires a timer of more milliseconds than this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Calls `fn` once, at an instant that may be past or years away.
 * @returns cancels the call
 */
export function callAt(instant: Instant, fn: () => void): () => void {
  const atMs = Date.parse(instant);
  let timer: NodeJS.Timeout;
  const wait = () => {
    const leftMs = atMs - Date.now();
    timer = setTimeout(leftMs > LONGEST_TIMER_MS ? wait : fn, Math.min(leftMs, LONGEST_TIMER_MS));
  };
  wait();
  return () => {
    clearTimeout(timer);
  };
}
