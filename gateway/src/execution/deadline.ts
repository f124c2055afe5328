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

export type Deadline = {
  /** Aborts with the parent's reason, or with a RequestTimeoutError. */
  readonly signal: AbortSignal;
  /** Call it when the work is done: it lets go of the timer and of the parent. */
  readonly clear: () => void;
};

/**
 * Written out instead of `AbortSignal.any`, so that a parent which lives for days, such as the one
 * of a subscription, does not collect a follower for each event.
 */
export function startDeadline(parent: AbortSignal | null, timeoutMs: number): Deadline {
  const controller = createRequestController();
  const timer = setTimeout(() => {
    controller.abort(new RequestTimeoutError(timeoutMs));
  }, timeoutMs);
  const follow = () => {
    controller.abort(parent?.reason);
  };
  if (parent?.aborted === true) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
      parent?.removeEventListener("abort", follow);
    },
  };
}

/**
 * Waits no longer than `signal` lets it. What comes after that is dropped.
 * @throws the signal's reason, when it aborts first
 */
export async function beforeAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let reject: (reason: unknown) => void = () => undefined;
  const aborted = new Promise<never>((_resolve, onAbort) => {
    reject = onAbort;
  });
  const abort = () => {
    reject(signal.reason);
  };
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
    promise.catch(() => undefined);
  }
}
