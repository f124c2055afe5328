import { sleep, type Logger } from "@crossdock/runtime";

/** Something that is computed for all who ask, and that those who follow it are told of when it has changed. */
export interface LiveValue<Value> {
  /** As it is, at most a pause old. */
  read(): Promise<Value>;
  /** As it is, and then each time that it has changed, at most once in a pause; what is too late for a reader is left out. */
  follow(signal: AbortSignal): AsyncIterableIterator<Value>;
}

export type LiveValueOptions<Value> = {
  readonly compute: () => Promise<Value>;
  /** Two values with the same print are the same to those who follow. */
  readonly printOf: (value: Value) => string;
  /** Begins to listen for what may change the value. @returns stops it */
  readonly listen?: (onChange: () => void) => Promise<() => void>;
  readonly nowMs: () => number;
  readonly logger: Logger;
};

/** Shortest time between two computations. */
const PAUSE_MS = 1_000;
/** Of the time, a computation that takes long takes so much at most: one part of these. */
const PARTS_FOR_OTHERS = 20;
/** It is computed again after that, whether or not something told of a change: most of it changes with time. */
const COMPUTE_AGAIN_MS = 10_000;

/** One computation for however many read and follow; nothing is computed while nobody does. */
export function createLiveValue<Value>(options: LiveValueOptions<Value>): LiveValue<Value> {
  const { compute, printOf, listen, nowMs, logger } = options;
  const followers = new Set<() => void>();
  let current: { readonly value: Value; readonly print: string; readonly atMs: number } | null =
    null;
  let computing: Promise<Value> | null = null;
  let pauseMs = PAUSE_MS;
  let isChanged = true;
  let watching: AbortController | null = null;

  async function computeNow(): Promise<Value> {
    const startedMs = nowMs();
    isChanged = false;
    const value = await compute();
    const tookMs = nowMs() - startedMs;
    pauseMs = Math.max(PAUSE_MS, tookMs * PARTS_FOR_OTHERS);
    const print = printOf(value);
    const isNews = current?.print !== print;
    current = { value, print, atMs: nowMs() };
    if (isNews) for (const wake of followers) wake();
    return value;
  }

  function renewed(): Promise<Value> {
    computing ??= computeNow().finally(() => {
      computing = null;
    });
    return computing;
  }

  const read = (): Promise<Value> =>
    current !== null && nowMs() - current.atMs < pauseMs
      ? Promise.resolve(current.value)
      : renewed();

  const listenOrNot = async (): Promise<(() => void) | undefined> => {
    try {
      return await listen?.(() => {
        isChanged = true;
      });
    } catch (error) {
      logger.warn({ err: error }, "nobody tells what changes: what operators follow is told late");
      return undefined;
    }
  };

  /** Runs as long as somebody follows. */
  async function watch(idle: AbortSignal): Promise<void> {
    const stop = await listenOrNot();
    while (!idle.aborted) {
      const isOld = current === null || nowMs() - current.atMs >= COMPUTE_AGAIN_MS;
      if (listen === undefined || isChanged || isOld) {
        await renewed().catch((error: unknown) => {
          isChanged = true;
          logger.warn({ err: error }, "what operators follow could not be computed");
        });
      }
      await sleep(pauseMs, idle).catch(() => undefined);
    }
    stop?.();
  }

  function follow(onNews: () => void): void {
    followers.add(onNews);
    if (watching !== null) return;
    watching = new AbortController();
    void watch(watching.signal);
  }

  function leave(onNews: () => void): void {
    followers.delete(onNews);
    if (followers.size > 0) return;
    watching?.abort();
    watching = null;
  }

  return {
    read,
    follow(signal) {
      let told: string | null = null;
      let isOver = false;
      let wake: () => void = () => undefined;
      const onNews = () => {
        wake();
      };
      const end = () => {
        isOver = true;
        leave(onNews);
        signal.removeEventListener("abort", end);
        wake();
      };
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted) end();
      else follow(onNews);
      return {
        async next() {
          if (told === null && !isOver) await read();
          while (!isOver && (current === null || current.print === told)) {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
          if (isOver || current === null) return { done: true, value: undefined };
          told = current.print;
          return { done: false, value: current.value };
        },
        return() {
          end();
          return Promise.resolve({ done: true, value: undefined });
        },
        [Symbol.asyncIterator]() {
          return this;
        },
      };
    },
  };
}
