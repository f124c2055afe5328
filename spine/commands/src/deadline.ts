export interface Deadline {
  /** Aborts when the time is up, or with `parent`. */
  readonly signal: AbortSignal;
  /** Counts anew, from a moment that `performance.now()` told. Too late when the time is up. */
  restart(sinceMs: number): void;
  /** The work is done: nothing is left waiting. */
  end(): void;
}

/** @param message of the error with which it aborts */
export function createDeadline(ms: number, parent: AbortSignal, message: string): Deadline {
  const controller = new AbortController();
  const onParent = (): void => {
    controller.abort(parent.reason);
  };
  if (parent.aborted) onParent();
  parent.addEventListener("abort", onParent, { once: true });
  const onTimeUp = (): void => {
    controller.abort(new Error(message));
  };
  let timer = setTimeout(onTimeUp, ms);
  return {
    signal: controller.signal,
    restart: (sinceMs) => {
      clearTimeout(timer);
      timer = setTimeout(onTimeUp, Math.max(0, sinceMs + ms - performance.now()));
    },
    end: () => {
      clearTimeout(timer);
      parent.removeEventListener("abort", onParent);
    },
  };
}
