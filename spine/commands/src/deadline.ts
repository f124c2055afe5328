export interface Deadline {
  /** Aborts when the time is up, or with `parent`. */
  readonly signal: AbortSignal;
  /** The work is done: nothing is left waiting. */
  end(): void;
}

export function createDeadline(ms: number, parent: AbortSignal): Deadline {
  const controller = new AbortController();
  const onParent = (): void => {
    controller.abort(parent.reason);
  };
  if (parent.aborted) onParent();
  parent.addEventListener("abort", onParent, { once: true });
  const timer = setTimeout(() => {
    controller.abort(new Error(`The lease of ${String(ms)} ms has ended.`));
  }, ms);
  return {
    signal: controller.signal,
    end: () => {
      clearTimeout(timer);
      parent.removeEventListener("abort", onParent);
    },
  };
}
