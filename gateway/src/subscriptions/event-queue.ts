import { SlowConsumerError } from "../errors/gateway-errors.ts";

/** How a queue came to its end. */
export type QueueEnd =
  | { readonly kind: "completed" }
  | { readonly kind: "left" }
  | { readonly kind: "failed"; readonly reason: unknown };

/** What a subscriber takes events from. */
export interface EventQueue<Event> {
  /**
   * The next event, waited for; `null` when there will be no more.
   * @throws the reason, once, when the queue has failed
   */
  take(): Promise<Event | null>;
  /** Ends it with a reason, which the subscriber gets next: what waits is dropped. */
  fail(reason: unknown): void;
  /** Ends it because the subscriber has left: what waits is dropped. */
  end(): void;
}

export type EventQueueOptions<Event> = {
  readonly source: AsyncIterator<Event>;
  readonly maxQueuedEvents: number;
  /** Called once, as soon as no more events are read; some may still wait to be taken. */
  readonly onEnd: (end: QueueEnd) => void;
};

/**
 * Reads events from `source` as they come and holds at most `maxQueuedEvents` for a subscriber that
 * is slower. One more, and it ends: the subscriber gets what waits, then a SlowConsumerError. When it
 * ends the source is let go and not waited for, as it may be parked where it does not hear `return()`.
 */
export function createEventQueue<Event>(options: EventQueueOptions<Event>): EventQueue<Event> {
  const { source, maxQueuedEvents, onEnd } = options;
  const waiting: Event[] = [];
  let end: QueueEnd | null = null;
  let wake: () => void = () => undefined;

  function close(how: QueueEnd): void {
    if (end !== null) return;
    end = how;
    onEnd(how);
    void source.return?.().catch(() => undefined);
    wake();
  }

  async function readSource(): Promise<void> {
    try {
      while (end === null) {
        const step = await source.next();
        if (end !== null) return;
        if (step.done === true) close({ kind: "completed" });
        else if (waiting.length < maxQueuedEvents) {
          waiting.push(step.value);
          wake();
        } else close({ kind: "failed", reason: new SlowConsumerError(maxQueuedEvents) });
      }
    } catch (error) {
      close({ kind: "failed", reason: error });
    }
  }

  queueMicrotask(() => void readSource());
  return {
    take: async () => {
      while (waiting.length === 0 && end === null) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const event = waiting.shift();
      if (event !== undefined) return event;
      if (end?.kind !== "failed") return null;
      const { reason } = end;
      end = { kind: "completed" };
      throw reason;
    },
    fail: (reason) => {
      waiting.length = 0;
      close({ kind: "failed", reason });
    },
    end: () => {
      waiting.length = 0;
      close({ kind: "left" });
      end = { kind: "left" };
    },
  };
}
