/** Something to wait for: rings that come while nobody waits are kept as one. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, at once when it rang since the last wait, or after `timeoutMs`. */
  wait(timeoutMs: number): Promise<void>;
}

export function createBell(): Bell {
  let rung = false;
  let wake: (() => void) | null = null;
  return {
    ring: () => {
      rung = true;
      wake?.();
    },
    wait: async (timeoutMs) => {
      let timer: NodeJS.Timeout | undefined;
      if (!rung) {
        await new Promise<void>((resolve) => {
          wake = resolve;
          timer = setTimeout(resolve, timeoutMs);
        });
      }
      clearTimeout(timer);
      wake = null;
      rung = false;
    },
  };
}
