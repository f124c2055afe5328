import { setMaxListeners } from "node:events";
import { RequestTimeoutError } from "../errors/gateway-errors.ts";

/**
 * For a signal that a request hands down: it has as many listeners as the request has calls under
 * way, which Node would call a leak from the eleventh on.
 */
export function createRequestController(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}

export interface Deadline {
  /** Aborts with the parent's reason, with that of `abort`, or with a RequestTimeoutError. */
  readonly signal: AbortSignal;
  /** Nobody waits for the work any more. */
  abort(reason: unknown): void;
  /** Call it when the work is done: it lets go of the timer and of the parent. */
  clear(): void;
}

/**
 * Written out instead of `AbortSignal.any`, so that a parent which lives for days, such as the one
 * of a subscription, does not collect a follower for each event.
 */
export function startDeadline(parent: AbortSignal | null, timeoutMs: number): Deadline {
  return new RunningDeadline(parent, timeoutMs);
}

/** One object is its own listener and its own timer's argument: every request has one of these. */
class RunningDeadline implements Deadline {
  readonly #controller = createRequestController();
  readonly #parent: AbortSignal | null;
  readonly #timer: NodeJS.Timeout;

  constructor(parent: AbortSignal | null, timeoutMs: number) {
    this.#parent = parent;
    this.#timer = setTimeout(expire, timeoutMs, this, timeoutMs);
    if (parent?.aborted === true) this.abort(parent.reason);
    else parent?.addEventListener("abort", this, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#parent?.removeEventListener("abort", this);
  }

  /** The parent has aborted. */
  handleEvent(): void {
    this.abort(this.#parent?.reason);
  }
}

function expire(deadline: Deadline, timeoutMs: number): void {
  deadline.abort(new RequestTimeoutError(timeoutMs));
}

/**
 * Waits no longer than `signal` lets it. What comes after that is dropped.
 * @throws the signal's reason, when it aborts first
 */
export function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    promise.catch(() => undefined);
    return Promise.reject(signal.reason as Error);
  }
  return new Promise<T>((resolve, reject) => {
    const waiting = new Waiting(signal, reject);
    promise.then(
      (value) => {
        waiting.end();
        resolve(value);
      },
      (error: unknown) => {
        waiting.end();
        reject(error as Error);
      },
    );
  });
}

/** The listener of one wait, as an object: it is made for every fetch. */
class Waiting {
  readonly #signal: AbortSignal;
  readonly #giveUp: (reason: unknown) => void;

  constructor(signal: AbortSignal, giveUp: (reason: unknown) => void) {
    this.#signal = signal;
    this.#giveUp = giveUp;
    signal.addEventListener("abort", this, { once: true });
  }

  end(): void {
    this.#signal.removeEventListener("abort", this);
  }

  handleEvent(): void {
    this.#giveUp(this.#signal.reason);
  }
}
