import { useEffect, useSyncExternalStore } from "react";
import { createStore } from "./store.ts";

/** One clock for all ages of the page: it ticks while somebody looks. */
const TICK_MS = 1_000;
const now = createStore(Date.now());
let lookers = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Milliseconds since 1970, new each second. */
export function useNow(): number {
  useEffect(() => {
    lookers += 1;
    if (lookers === 1) {
      timer = setInterval(() => {
        if (document.visibilityState === "visible") now.set(Date.now());
      }, TICK_MS);
    }
    return () => {
      lookers -= 1;
      if (lookers === 0) clearInterval(timer);
    };
  }, []);
  return useSyncExternalStore(now.subscribe, now.get);
}
