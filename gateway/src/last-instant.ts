import { instantOf } from "@crossdock/domain";
import type { Instant } from "@crossdock/domain";

/**
 * Instants as text, where the same one is often asked for several times in a row: it is written once.
 * @returns takes milliseconds since 1970
 */
export function createLastInstant(): (ms: number) => Instant {
  let lastMs = 0;
  let last = instantOf(new Date(lastMs));
  return (ms) => {
    if (ms === lastMs) return last;
    last = instantOf(new Date(ms));
    lastMs = ms;
    return last;
  };
}
