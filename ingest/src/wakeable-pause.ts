import { deferred } from "./deferred.ts";

/** Waits that end early when they are told to, or when `stopping` aborts. */
export interface WakeablePause {
  /** @param untilWoken false: only the time and the end of all end it. Never rejects. */
  pause(ms: number, untilWoken?: boolean): Promise<void>;
  wake(): void;
}

export function createWakeablePause(stopping: AbortSignal): WakeablePause {
  let wake: () => void = () => undefined;
  return {
    wake: () => wake(),
    async pause(ms, untilWoken = true) {
      if (ms <= 0 || stopping.aborted) return;
      const woken = deferred();
      const timer = setTimeout(woken.resolve, ms);
      stopping.addEventListener("abort", woken.resolve, { once: true });
      if (untilWoken) wake = woken.resolve;
      await woken.promise;
      stopping.removeEventListener("abort", woken.resolve);
      clearTimeout(timer);
    },
  };
}
