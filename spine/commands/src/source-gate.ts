import { SourceError } from "@crossdock/domain";
import { backoffMs } from "./backoff.ts";
import type { Backoff } from "./backoff.ts";

/**
 * Whether a source is worth a command. While it is away, commands stay in the ledger as they are, and one at a
 * time is tried now and then: else each of thousands would fail again and again, and spend the ledger's time.
 */
export interface SourceGate {
  /** Resolves when a command may go. @returns to be called when that attempt is over, whatever came of it */
  turn(): Promise<() => void>;
  /** The source answered, yes or no: everybody may go. */
  answered(): void;
  /** An attempt failed. It counts where nothing was sent, as the source was not there or takes no more calls. */
  failed(error: unknown): void;
  /** Lets everybody go for good: nobody is kept from stopping. */
  release(): void;
}

/** So many in a row: one that fails for reasons of its own closes nothing. */
const FAILURES_TO_CLOSE = 5;
/** Until somebody tries again; the source is back for so long before all go, at most. */
const PAUSE: Backoff = { baseMs: 500, maxMs: 5_000 };
/** A source may name a longer time than anybody wants to believe. */
const MAX_PAUSE_MS = 30_000;

const NOTHING = (): void => undefined;

/** @param options.random 0 up to but not including 1 */
export function createSourceGate(options: { readonly random: () => number }): SourceGate {
  let state: "open" | "closed" | "ajar" | "released" = "open";
  let failuresInARow = 0;
  let pauses = 0;
  let isTrying = false;
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];

  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const look of woken) look();
  };

  const become = (next: typeof state): void => {
    clearTimeout(timer);
    state = next;
    wake();
  };

  const close = (retryAfterMs: number | null): void => {
    pauses += 1;
    const pauseMs = backoffMs(PAUSE, pauses, retryAfterMs, options.random);
    become("closed");
    timer = setTimeout(
      () => {
        become("ajar");
      },
      Math.min(pauseMs, MAX_PAUSE_MS),
    );
  };

  return {
    async turn() {
      while (state !== "open" && state !== "released") {
        if (state === "ajar" && !isTrying) {
          isTrying = true;
          return () => {
            isTrying = false;
            // It may not have come as far as the source: then it is the next one's turn to try.
            wake();
          };
        }
        await new Promise<void>((look) => {
          waiting.push(look);
        });
      }
      return NOTHING;
    },

    answered() {
      failuresInARow = 0;
      pauses = 0;
      if (state === "closed" || state === "ajar") become("open");
    },

    failed(error) {
      if (!isAway(error)) return;
      failuresInARow += 1;
      const isEnough = state === "ajar" || failuresInARow >= FAILURES_TO_CLOSE;
      if (isEnough && (state === "open" || state === "ajar")) close(error.retryAfterMs);
    },

    release() {
      become("released");
    },
  };
}

function isAway(error: unknown): error is SourceError {
  return (
    error instanceof SourceError &&
    error.isUnsent &&
    (error.errorClass === "TECHNICAL" || error.errorClass === "RATE_LIMIT")
  );
}
