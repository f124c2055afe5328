import { UnauthenticatedError } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import type { ExecutionResult } from "graphql";
import type { RunningOperation } from "../composition/inspect.ts";
import { SlowConsumerError, TooManySubscriptionsError } from "../errors/gateway-errors.ts";
import { asGraphQLError, presentResult } from "../errors/present-result.ts";
import { createRequestController, startDeadline } from "../execution/deadline.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayMetrics, StreamEnd, StreamTransport } from "../metrics.ts";
import { requestOfEvent } from "../request.ts";
import type { GatewayRequest } from "../request.ts";
import type { CompleteEvent } from "./complete-event.ts";
import type { QueueEnd } from "./event-queue.ts";
import { createEventStream, createStreamOfOne } from "./event-stream.ts";
import type { EventStream } from "./event-stream.ts";
import { isSource, openSource } from "./open-source.ts";
import type { Source } from "./open-source.ts";
import { countOperations } from "./moving.ts";
import type { SubscriptionsMoved } from "./moving.ts";
import type { Prepare, PreparedSubscription } from "./prepare.ts";

/** All subscriptions of the process. */
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
  /** What is open now. */
  running(): readonly RunningOperation[];
  /** Goes on with everything that is open on the supergraph that `prepare` plans for now. */
  move(prepare: Prepare): SubscriptionsMoved;
  /** Completes every stream and opens no more. */
  close(): void;
}

export type EventStreamsOptions = {
  readonly completeEvent: CompleteEvent;
  readonly limits: GatewayLimits;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
};

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { completeEvent, limits, metrics, logger } = options;
  const { maxQueuedEvents, requestTimeoutMs: timeoutMs } = limits;
  const live = new Map<EventStream, Open>();
  let opening = 0;
  let isClosed = false;

  async function openUpstream(
    prepared: PreparedSubscription,
    request: GatewayRequest,
    giveUp: AbortSignal,
  ): Promise<Source | ExecutionResult> {
    opening += 1;
    try {
      if (isClosed || live.size + opening > limits.maxSubscriptions) {
        throw new TooManySubscriptionsError("No more subscriptions can be served now.");
      }
      const { serviceName } = prepared.plan.primary;
      const subgraph = prepared.snapshot.subgraphs[serviceName];
      if (subgraph === undefined) throw new Error(`There is no transport to ${serviceName}.`);
      return await openSource({ subgraph, prepared, request, giveUp, timeoutMs });
    } catch (error) {
      return { errors: [asGraphQLError(error)] };
    } finally {
      opening -= 1;
    }
  }

  /** Each event is a request of its own, with the time that a request has. */
  async function complete(
    prepared: PreparedSubscription,
    event: ExecutionResult,
    request: GatewayRequest,
  ): Promise<ExecutionResult> {
    const deadline = startDeadline(request.signal, timeoutMs);
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
      const sourceEnded = createRequestController();
      const request = { ...requestOfEvent(caller), signal: sourceEnded.signal };
      const { correlationId, viewer } = request;
      const operation = prepared.operationName ?? null;
      const present = (result: ExecutionResult) =>
        presentResult(result, { correlationId, operation }, logger);

      const source = await openUpstream(prepared, request, caller.signal);
      if (!isSource(source)) {
        sourceEnded.abort();
        return createStreamOfOne(present(source));
      }
      metrics.streamOpened(transport);
      const open: Open = { prepared };
      const stream = createEventStream({
        source,
        complete: (event, signal) => complete(open.prepared, event, { ...request, signal }),
        present,
        viewer,
        maxQueuedEvents,
        onDelivered: () => {
          metrics.eventDelivered(transport);
        },
        onEnd: (end) => {
          live.delete(stream);
          sourceEnded.abort();
          metrics.streamEnded(transport, nameOf(end));
        },
      });
      live.set(stream, open);
      if (isClosed) await stream.return();
      return stream;
    },
    running: () => countOperations([...live.values()].map(({ prepared }) => prepared)),
    move: (prepare) => {
      let kept = 0;
      for (const open of live.values()) {
        const again = prepare(open.prepared);
        if (again.kind !== "subscription") continue;
        open.prepared = again;
        kept += 1;
      }
      return { kept, reopened: 0, ended: 0 };
    },
    close: () => {
      isClosed = true;
      for (const stream of [...live.keys()]) void stream.return();
    },
  };
}

type Open = { prepared: PreparedSubscription };

function nameOf(end: QueueEnd): StreamEnd {
  if (end.kind !== "failed") return end.kind;
  if (end.reason instanceof SlowConsumerError) return "slow";
  return end.reason instanceof UnauthenticatedError ? "expired" : "failed";
}
