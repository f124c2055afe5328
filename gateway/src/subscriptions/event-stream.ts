import { UnauthenticatedError } from "@crossdock/domain";
import type { Viewer } from "@crossdock/domain";
import type { ExecutionResult, FormattedExecutionResult } from "graphql";
import { asGraphQLError } from "../errors/present-result.ts";
import { createRequestController } from "../execution/deadline.ts";
import { callAt } from "./call-at.ts";
import { createEventQueue } from "./event-queue.ts";
import type { QueueEnd } from "./event-queue.ts";
import type { Source } from "./open-source.ts";

/**
 * What one subscriber is sent; it never throws. It ends when the subgraph ends it, when the viewer's
 * token expires and when the subscriber is too slow; the last result then says so in its errors.
 */
export interface EventStream extends AsyncIterableIterator<FormattedExecutionResult> {
  /** The subscriber leaves: ends the stream at once and lets go of the subgraph's source. */
  return(): Promise<IteratorReturnResult<undefined>>;
}

export type EventStreamOptions = {
  readonly source: Source;
  /** Adds to an event what other subgraphs know of it. Its signal aborts when nobody waits for it. */
  readonly complete: (event: ExecutionResult, signal: AbortSignal) => Promise<ExecutionResult>;
  /** Makes a result fit for the subscriber. */
  readonly present: (result: ExecutionResult) => FormattedExecutionResult;
  readonly viewer: Viewer | null;
  readonly maxQueuedEvents: number;
  readonly onDelivered: () => void;
  /** Called once, as soon as the source is let go; results may still wait to be taken. */
  readonly onEnd: (end: QueueEnd) => void;
};

/** Events are completed when they are taken: a slow subscriber costs the other subgraphs nothing. */
export function createEventStream(options: EventStreamOptions): EventStream {
  const { source, complete, present, viewer, maxQueuedEvents, onDelivered, onEnd } = options;
  const subscriberLeft = createRequestController();
  const queue = createEventQueue({
    source,
    maxQueuedEvents,
    onEnd: (end) => {
      cancelExpiry();
      onEnd(end);
    },
  });
  const expire = () => {
    queue.fail(new UnauthenticatedError("The token has expired."));
  };
  const cancelExpiry = viewer === null ? () => undefined : callAt(viewer.expiresAt, expire);

  return streamOf({
    next: async () => {
      try {
        const event = await queue.take();
        if (event === null) return null;
        const result = present(await complete(event, subscriberLeft.signal));
        onDelivered();
        return result;
      } catch (error) {
        return present({ errors: [asGraphQLError(error)] });
      }
    },
    leave: () => {
      subscriberLeft.abort();
      queue.end();
    },
  });
}

/** A stream that has one result, for instance a refusal. */
export function createStreamOfOne(result: FormattedExecutionResult): EventStream {
  const results = [result];
  return streamOf({
    next: () => Promise.resolve(results.shift() ?? null),
    leave: () => {
      results.length = 0;
    },
  });
}

/** Written out, because an `async function*` parked on `await` does not hear `return()`. */
function streamOf(steps: {
  /** `null` when there is no more. */
  readonly next: () => Promise<FormattedExecutionResult | null>;
  readonly leave: () => void;
}): EventStream {
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: async () => {
      const value = await steps.next();
      return value === null ? { done: true, value: undefined } : { done: false, value };
    },
    return: () => {
      steps.leave();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}
