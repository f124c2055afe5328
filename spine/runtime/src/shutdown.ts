import type { Logger } from "./logger.ts";

export type ShutdownFailure = { readonly step: string; readonly error: unknown };

/** Some step did not stop what it should. Every other step still ran. */
export class ShutdownError extends Error {
  override readonly name = "ShutdownError";

  constructor(readonly failures: readonly ShutdownFailure[]) {
    super(`Did not stop cleanly: ${failures.map(({ step }) => step).join(", ")}.`);
  }
}

/** What must be stopped when a process ends, in the reverse of the order in which it was started. */
export interface Shutdown {
  /**
   * Registers a step; call it right after the thing has started. Steps registered while the process
   * stops already are run too.
   * @param timeoutMs after which the step counts as failed and the next one runs; 10 s unless given
   */
  onStop(step: string, stop: () => Promise<void> | void, timeoutMs?: number): void;
  /**
   * Runs every step, last registered first, one after another. Runs once: later calls get the same promise.
   * @throws {ShutdownError} naming the steps that failed or took too long, after all have run
   */
  stop(): Promise<void>;
  /** Aborts when `stop` is called: what waits, wakes. */
  readonly signal: AbortSignal;
}

const STEP_TIMEOUT_MS = 10_000;

export function createShutdown({ logger }: { readonly logger: Logger }): Shutdown {
  const steps: { step: string; stop: () => Promise<void> | void; timeoutMs: number }[] = [];
  const stopping = new AbortController();
  let stopped: Promise<void> | null = null;

  async function runSteps(): Promise<void> {
    const failures: ShutdownFailure[] = [];
    for (let next = steps.pop(); next !== undefined; next = steps.pop()) {
      try {
        await withTimeout(next);
        logger.debug({ step: next.step }, "stopped");
      } catch (error) {
        logger.error({ step: next.step, err: error }, "did not stop");
        failures.push({ step: next.step, error });
      }
    }
    if (failures.length > 0) throw new ShutdownError(failures);
  }

  return {
    signal: stopping.signal,
    onStop: (step, stop, timeoutMs = STEP_TIMEOUT_MS) => {
      steps.push({ step, stop, timeoutMs });
    },
    stop: () => {
      stopping.abort(new Error("The process is stopping."));
      stopped ??= runSteps();
      return stopped;
    },
  };
}

async function withTimeout(entry: {
  readonly step: string;
  readonly stop: () => Promise<void> | void;
  readonly timeoutMs: number;
}): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${entry.step} took longer than ${String(entry.timeoutMs)} ms to stop.`));
    }, entry.timeoutMs);
  });
  try {
    await Promise.race([Promise.resolve().then(entry.stop), late]);
  } finally {
    clearTimeout(timer);
  }
}
