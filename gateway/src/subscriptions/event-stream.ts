import type { Logger } from "@crossdock/runtime";
import type { ExecutionResult, FormattedExecutionResult } from "graphql";
import {
  SlowConsumerError,
  TooManySubscriptionsError,
  UnauthenticatedError,
} from "../errors/gateway-errors.ts";
import { asGraphQLError, presentResult } from "../errors/present-result.ts";
import { startDeadline } from "../execution/deadline.ts";
import type { SubgraphTransport } from "../execution/transport.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayMetrics, StreamEnd, StreamTransport } from "../metrics.ts";
import { requestOfEvent } from "../request.ts";
import type { GatewayRequest } from "../request.ts";
import { callAt } from "./call-at.ts";
import type { CompleteEvent } from "./complete-event.ts";
import { createEventQueue } from "./event-queue.ts";
import type { QueueEnd } from "./event-queue.ts";
import { isSource, openSource } from "./open-source.ts";
import type { Source } from "./open-source.ts";
import type { PreparedSubscription } from "./prepare.ts";

/**
 * What one subscriber is sent; it never throws. It ends when the subgraph ends it, when the viewer's
 * token expires and when the subscriber is too slow; the last result then says so in its errors.
 */
export interface EventStream extends AsyncIterableIterator<FormattedExecutionResult> {
  /** The subscriber leaves: ends the stream at once and lets go of the subgraph's source. */
  return(): Promise<IteratorReturnResult<undefined>>;
}

export interface EventStreams {
  /**
   * Opens the source at the owning subgraph. When that is refused, the refusal is all there is in
   * the stream.
   * @param caller gives up the opening when its signal aborts; after that, call `return()`
   */
  open(
    prepared: PreparedSubscription,
    caller: GatewayRequest,
    transport: StreamTransport,
  ): Promise<EventStream>;
  /** Completes every stream and opens no more. */
  close(): void;
}

export type EventStreamsOptions = {
  readonly subgraphs: Readonly<Record<string, SubgraphTransport>>;
  readonly completeEvent: CompleteEvent;
  readonly limits: GatewayLimits;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
};

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { subgraphs, completeEvent, limits, metrics, logger } = options;
  const closing = new AbortController();
  let live = 0;

  async function open(
    prepared: PreparedSubscription,
    request: GatewayRequest,
    giveUp: AbortSignal,
  ): Promise<Source | ExecutionResult> {
    try {
      if (closing.signal.aborted || live >= limits.maxSubscriptions) {
        throw new TooManySubscriptionsError("No more subscriptions can be served now.");
      }
      const { serviceName } = prepared.plan.primary;
      const subgraph = subgraphs[serviceName];
      if (subgraph === undefined) throw new Error(`There is no transport to ${serviceName}.`);
      const timeoutMs = limits.requestTimeoutMs;
      return await openSource({ subgraph, prepared, request, giveUp, timeoutMs });
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    }
  }

  /** The event with the fields of the other subgraphs, within the time that a request has. */
  async function complete(
    prepared: PreparedSubscription,
    event: ExecutionResult,
    request: GatewayRequest,
  ): Promise<ExecutionResult> {
    const deadline = startDeadline(request.signal, limits.requestTimeoutMs);
    try {
      const ofEvent = { ...requestOfEvent(request), signal: deadline.signal };
      return await completeEvent(prepared, event, ofEvent);
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    } finally {
      deadline.clear();
    }
  }

  return {
    open: async (prepared, caller, transport) => {
      const sourceEnded = new AbortController();
      const subscriberLeft = new AbortController();
      const request = { ...requestOfEvent(caller), signal: sourceEnded.signal };
      // what waits is still completed after the source has ended, but not for nobody
      const completing = { ...request, signal: subscriberLeft.signal };
      const present = (result: ExecutionResult) =>
        presentResult(
          result,
          { correlationId: request.correlationId, operation: prepared.operationName ?? null },
          logger,
        );
      const opened = await open(prepared, request, caller.signal);
      if (!isSource(opened)) {
        sourceEnded.abort();
        return streamOfOne(present(opened));
      }

      live += 1;
      metrics.streamOpened(transport);
      const queue = createEventQueue({
        source: opened,
        maxQueuedEvents: limits.maxQueuedEvents,
        onEnd: (end) => {
          live -= 1;
          metrics.streamEnded(transport, nameOf(end));
          closing.signal.removeEventListener("abort", close);
          cancelExpiry();
          sourceEnded.abort();
        },
      });
      const close = () => {
        subscriberLeft.abort();
        queue.end();
      };
      closing.signal.addEventListener("abort", close);
      const expiresAt = request.viewer?.expiresAt;
      const expire = () => {
        queue.fail(new UnauthenticatedError("The token has expired."));
      };
      const cancelExpiry = expiresAt === undefined ? () => undefined : callAt(expiresAt, expire);

      return streamOf({
        next: async () => {
          try {
            const event = await queue.take();
            if (event === null) return null;
            const result = present(await complete(prepared, event, completing));
            metrics.eventDelivered(transport);
            return result;
          } catch (error) {
            return present({ errors: [asGraphQLError(error)] });
          }
        },
        leave: close,
      });
    },
    close: () => {
      closing.abort();
    },
  };
}

function nameOf(end: QueueEnd): StreamEnd {
  if (end.kind !== "failed") return end.kind;
  if (end.reason instanceof SlowConsumerError) return "slow";
  return end.reason instanceof UnauthenticatedError ? "expired" : "failed";
}

function streamOfOne(result: FormattedExecutionResult): EventStream {
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
