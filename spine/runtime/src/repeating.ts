import type { Logger } from "./logger.ts";
import { sleep } from "./sleep.ts";

/** Work of a process that is never over. */
export interface Repeating {
  start(): void;
  /** Resolves when what was under way has ended. */
  stop(): Promise<void>;
}

/**
 * Does something again and again, with a pause after each time. What fails is logged and tried again after the pause.
 * @param options.whenFailed what the log says of it
 * @param options.everyMs from the end of one time to the beginning of the next
 */
export function createRepeating(options: {
  readonly work: (signal: AbortSignal) => Promise<unknown>;
  readonly everyMs: number;
  readonly logger: Logger;
  readonly whenFailed: string;
}): Repeating {
  const { work, everyMs, logger, whenFailed } = options;
  const stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const run = async (signal: AbortSignal) => {
    while (!signal.aborted) {
      try {
        await work(signal);
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error }, whenFailed);
      }
      await sleep(everyMs, signal).catch(() => undefined);
    }
  };

  return {
    start() {
      running = run(stopping.signal);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
