import { UnauthenticatedError } from "@crossdock/domain";
import { createReadTally, doing, inSpan } from "@crossdock/runtime";
import type { Logger, ReadsTaken, ReadTally, Work } from "@crossdock/runtime";
import { getOperationAST } from "graphql";
import type { ExecutionResult, FormattedExecutionResult } from "graphql";
import type { RunningOperation } from "../composition/inspect.ts";
import {
  SchemaChangedError,
  SlowConsumerError,
  TooManySubscriptionsError,
} from "../errors/gateway-errors.ts";
import { asGraphQLError, presentResult } from "../errors/present-result.ts";
import { startDeadline } from "../execution/deadline.ts";
import { addReads } from "../execution/reads-over-the-wire.ts";
import { toldCost, toldStale } from "../execution/told-reads.ts";
import { traceparentOf } from "../execution/trace-over-the-wire.ts";
import { withdrawn } from "../identity/withdrawal.ts";
import type { LiveHolder } from "../identity/withdrawal.ts";
import type { GatewayLimits } from "../limits.ts";
import type { GatewayMetrics, StreamEnd, StreamTransport } from "../metrics.ts";
import { correlationIdOf, newRequest } from "../request.ts";
import type { Audience, CompleteForAll } from "./audience.ts";
import { authorityOf } from "./authority.ts";
import type { Lender } from "./authority.ts";
import { Channel } from "./channel.ts";
import type { CompleteEvent } from "./complete-event.ts";
import { countOperations } from "./moving.ts";
import type { SubscriptionsMoved } from "./moving.ts";
import type { Prepare, Prepared, PreparedSubscription } from "./prepare.ts";
import { shapeEvent } from "./shape-event.ts";
import { messageOf } from "./stream-message.ts";
import type { StreamMessage, StreamSink } from "./stream-message.ts";
import { Subscriber } from "./subscriber.ts";
import type { SubscriberEnd, SubscriberKeeper } from "./subscriber.ts";
import type { UpstreamEnd } from "./upstream.ts";
import type { UpstreamEvent } from "./upstream-event.ts";
import { startOf, upstreamOperationOf } from "./upstream-operation.ts";
import type { UpstreamOperation } from "./upstream-operation.ts";

export type StreamOptions = {
  readonly transport: StreamTransport;
  readonly sink: StreamSink;
  /** Counts for more than the operation's own `after`; `null` when the client sent none. */
  readonly lastEventId: string | null;
};

/** One subscription of a client. */
export interface EventStream {
  /** The client has left: nothing more is written, and what served it alone is let go of at once. */
  leave(): void;
}

/** All subscriptions of the process. */
export interface EventStreams extends LiveHolder {
  /**
   * Sends a subscription's results to its sink, from now until `leave` is called or the sink was told the end.
   * It never throws: whatever is refused, or goes wrong, is the last result. An error that ends a running
   * stream has `extensions.cursor`, from which the client resumes with no loss, as far as it has got one.
   */
  open(prepared: PreparedSubscription, caller: Lender, options: StreamOptions): EventStream;
  /** What is open now. */
  running(): readonly RunningOperation[];
  /**
   * Goes on with everything that is open on the supergraph that `prepare` plans for: over the upstream
   * that it has where the new plan has the same, else over another one from the last cursor. What is no longer
   * valid ends with SCHEMA_CHANGED, each at a moment of its own within `schemaChangeSpreadMs`; until then nothing
   * changes for it.
   * @param serve called when all is planned, in the very turn in which all is moved: from then on the supergraph is
   *   served to who comes
   */
  move(prepare: Prepare, serve: () => void): Promise<SubscriptionsMoved>;
  /** Breaks every stream off and opens no more. */
  close(): void;
}

export type EventStreamsOptions = {
  readonly completeEvent: CompleteEvent;
  readonly limits: GatewayLimits;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
};

type CompletionRequest = {
  readonly lender: Lender;
  readonly correlationId: string;
  readonly signal: AbortSignal;
  readonly reads: ReadTally;
};

export function createEventStreams(options: EventStreamsOptions): EventStreams {
  const { completeEvent, limits, metrics, logger } = options;
  /** Those that whoever comes now may join. */
  const channels = new Map<string, Channel>();
  const channelOfSubscriber = new Map<Subscriber, Channel>();
  const ending = new Map<Subscriber, NodeJS.Timeout>();
  const countOfClient = new Map<string, number>();
  const explained = new WeakMap<object, FormattedExecutionResult>();
  let isClosed = false;

  /** What needs no other subgraph is made at once, else the event is a request of its own. */
  const complete: CompleteForAll = (prepared, event, { lender, size }, signal) => {
    const correlationId = correlationIdOf(undefined); // of many clients: nobody's own
    return delivering(
      { correlationId, traceparent: traceparentOf(event.result) },
      { prepared, subscribers: size },
      () => completeOnce(prepared, event, { lender, correlationId, signal }),
    );
  };

  async function completeOnce(
    prepared: PreparedSubscription,
    event: UpstreamEvent,
    { lender, correlationId, signal }: Omit<CompletionRequest, "reads">,
  ): Promise<StreamMessage> {
    metrics.eventCompleted();
    const tell = (result: ExecutionResult) =>
      messageOf(present(result, prepared, correlationId), event.cursor);
    try {
      const reads = createReadTally();
      const shaped = shapeEvent(prepared, event.result);
      const result =
        shaped ??
        (await completeByRequest(prepared, event, { lender, correlationId, signal, reads }));
      metrics.operationRead(operationNameOf(prepared), lender.viewer, toldCost(null, reads));
      addReads(reads, event.result);
      return tell(withStale(result, reads));
    } catch (error) {
      return tell({ errors: [asGraphQLError(error)] });
    }
  }

  /** A request in the name of `lender`, with the time that a request has. */
  async function completeByRequest(
    prepared: PreparedSubscription,
    { result }: UpstreamEvent,
    { lender, correlationId, signal, reads }: CompletionRequest,
  ): Promise<ExecutionResult> {
    const deadline = startDeadline(signal, limits.requestTimeoutMs);
    try {
      const begun = newRequest({
        ...lender,
        correlationId,
        signal: deadline.signal,
        maxAgeMs: null,
      });
      return await completeEvent(prepared, result, { ...begun, reads });
    } finally {
      deadline.clear();
    }
  }

  function present(
    result: ExecutionResult,
    prepared: PreparedSubscription | null,
    correlationId = correlationIdOf(undefined),
  ): FormattedExecutionResult {
    const operation = prepared?.operationName ?? null;
    return presentResult(result, { correlationId, operation }, logger);
  }

  /** Many subscribers may end for one reason, which is logged once. */
  function explain(reason: unknown, cursor: string | null): StreamMessage {
    const error = asGraphQLError(reason);
    const key = reason instanceof Object ? reason : error;
    const known = explained.get(key) ?? present({ errors: [error] }, null);
    explained.set(key, known);
    return messageOf(withCursor(known, cursor), null);
  }

  function tellEnd(subscriber: Subscriber, end: UpstreamEnd): void {
    switch (end.kind) {
      case "completed":
        subscriber.complete();
        return;
      case "refused":
        subscriber.refuse(messageOf(present(end.result, null), null));
        return;
      case "failed":
        subscriber.fail(end.reason);
    }
  }

  function refuseExcess(client: string): void {
    if (isClosed || channelOfSubscriber.size >= limits.maxSubscriptions) {
      metrics.operationRefused("maxSubscriptions");
      throw new TooManySubscriptionsError(
        "No more subscriptions can be served now.",
        "maxSubscriptions",
      );
    }
    const max = limits.maxSubscriptionsPerClient;
    if ((countOfClient.get(client) ?? 0) < max) return;
    metrics.operationRefused("maxSubscriptionsPerClient");
    throw new TooManySubscriptionsError(
      `At most ${String(max)} subscriptions of a client at a time.`,
      "maxSubscriptionsPerClient",
    );
  }

  function count(client: string, difference: number): void {
    const counted = (countOfClient.get(client) ?? 0) + difference;
    if (counted === 0) countOfClient.delete(client);
    else countOfClient.set(client, counted);
  }

  function channelOf(
    prepared: PreparedSubscription,
    operation: UpstreamOperation,
    authority: string,
  ): Channel {
    const variables = pick(prepared.variables, operation.variableNames);
    const { serviceName, query } = operation;
    const key = JSON.stringify([authority, serviceName, query, variables]);
    const known = channels.get(key);
    if (known !== undefined) return known;
    const subgraph = prepared.snapshot.subgraphs[serviceName];
    if (subgraph === undefined) throw new Error(`There is no transport to ${serviceName}.`);
    const onEmpty = () => {
      if (channels.get(key) === channel) channels.delete(key);
    };
    const parts = { operation, variables, subgraph, limits, metrics, complete, tellEnd, onEmpty };
    const channel = new Channel(parts);
    channels.set(key, channel);
    return channel;
  }

  /** Those that no plan was made for yet. */
  const unplanned = (planned: ReadonlyMap<Audience, Prepared>) =>
    everyChannel()
      .flatMap((channel) => channel.audiences)
      .filter((audience) => !planned.has(audience));

  /** @returns how its members go on */
  function moveAudience(
    channel: Channel,
    audience: Audience,
    again: Prepared,
  ): keyof SubscriptionsMoved {
    if (again.kind !== "subscription") {
      const errors = again.kind === "refused" ? again.errors : [];
      endLater(channel, audience, new SchemaChangedError(errors.map(({ message }) => message)));
      return "ended";
    }
    const operation = upstreamOperationOf(again);
    if (channel.isFor(operation, again.snapshot.subgraphs[operation.serviceName])) {
      channel.replan(audience, again);
      return "kept";
    }
    if (operation.resume === null) {
      endLater(channel, audience, new SchemaChangedError([NOT_RESUMABLE]));
      return "ended";
    }
    channel.depart(audience, (subscriber, after) => {
      const next = channelOf(again, operation, authorityOf(subscriber.lender.viewer));
      channelOfSubscriber.set(subscriber, next);
      next.take(subscriber, again, after);
    });
    return "reopened";
  }

  function endLater(channel: Channel, audience: Audience, reason: SchemaChangedError): void {
    channel.stay(audience);
    for (const member of audience.members) {
      const end = () => {
        ending.delete(member);
        member.finish(reason);
      };
      ending.set(member, setTimeout(end, Math.random() * limits.schemaChangeSpreadMs).unref());
    }
  }

  const keeper: SubscriberKeeper = {
    explain,
    delivered: ({ transport }) => {
      metrics.eventDelivered(transport);
    },
    ended: (subscriber, end) => {
      clearTimeout(ending.get(subscriber));
      ending.delete(subscriber);
      const current = channelOfSubscriber.get(subscriber);
      channelOfSubscriber.delete(subscriber);
      count(clientOf(subscriber.lender), -1);
      metrics.streamEnded(subscriber.transport, nameOf(end));
      current?.leave(subscriber);
    },
  };
  const everyChannel = () => [...new Set(channelOfSubscriber.values())];

  return {
    open: (prepared, caller, { transport, sink, lastEventId }) => {
      const client = clientOf(caller);
      try {
        refuseExcess(client);
        const operation = upstreamOperationOf(prepared);
        const start = startOf(prepared, operation, lastEventId);
        const channel = channelOf(prepared, operation, authorityOf(caller.viewer));
        const subscriber = new Subscriber({
          lender: caller,
          transport,
          sink,
          cursor: start.after,
          limits,
          keeper,
        });
        channelOfSubscriber.set(subscriber, channel);
        count(client, 1);
        metrics.streamOpened(transport);
        channel.join(subscriber, prepared, start);
        return subscriber;
      } catch (error) {
        void sink.write(messageOf(present({ errors: [asGraphQLError(error)] }, prepared), null));
        sink.end();
        return { leave: () => undefined };
      }
    },
    lendersOf: (clientId) =>
      [...channelOfSubscriber.keys()].flatMap(({ lender }) =>
        lender.viewer?.clientId === clientId ? [lender] : [],
      ),
    withdraw: (lender) => {
      for (const subscriber of [...channelOfSubscriber.keys()]) {
        if (subscriber.lender === lender) subscriber.fail(withdrawn());
      }
    },
    running: () => countOperations(everyChannel().flatMap((channel) => channel.running())),
    move: async (prepare, serve) => {
      const planned = new Map<Audience, Prepared>();
      for (let next = unplanned(planned); next.length > 0; next = unplanned(planned)) {
        for (const audience of next) {
          if (audience.size === 0) continue; // all have left meanwhile
          planned.set(audience, await prepare(audience.prepared, audience.lender.viewer));
        }
      }
      serve(); // no await lies between the look that found all planned and the end of the move
      for (const timer of ending.values()) clearTimeout(timer);
      ending.clear();
      const moved = { kept: 0, reopened: 0, ended: 0 };
      const joinable = new Map([...channels].map(([key, channel]) => [channel, key]));
      channels.clear();
      for (const channel of everyChannel()) {
        for (const audience of channel.audiences) {
          const again = planned.get(audience);
          if (again === undefined) continue;
          const { size } = audience; // none is left in it when all are handed over at once
          const how = moveAudience(channel, audience, again);
          moved[how] += size;
          const key = joinable.get(channel);
          if (how === "kept" && key !== undefined) channels.set(key, channel);
        }
      }
      return moved;
    },
    close: () => {
      isClosed = true;
      for (const subscriber of [...channelOfSubscriber.keys()]) subscriber.breakOff();
    },
  };
}

/**
 * The last span of an event's trace: made once for all who are sent the same text, however many they are. An event of
 * no trace makes none.
 */
function delivering(
  work: Work,
  to: { readonly prepared: PreparedSubscription; readonly subscribers: number },
  complete: () => Promise<StreamMessage>,
): Promise<StreamMessage> {
  return doing(work, () =>
    inSpan(
      () => ({
        name: "deliver subscription",
        kind: "producer",
        attributes: {
          "graphql.operation.name": operationNameOf(to.prepared),
          "subscription.subscribers": to.subscribers,
        },
      }),
      complete,
    ),
  );
}

/** One person at one application. */
function clientOf({ viewer }: Lender): string {
  return viewer === null ? "" : JSON.stringify([viewer.clientId, viewer.id]);
}

const NOT_RESUMABLE = "Its events come from elsewhere now and have no cursor to go on from.";

function pick(
  variables: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(variables, name)).map((name) => [name, variables[name]]),
  );
}

/** A client need not say which operation it means where the document has only one. */
function operationNameOf({ document, operationName }: PreparedSubscription): string | undefined {
  return getOperationAST(document, operationName)?.name?.value;
}

function withStale(result: ExecutionResult, reads: ReadsTaken): ExecutionResult {
  const stale = toldStale(reads);
  return stale.length === 0 ? result : { ...result, extensions: { ...result.extensions, stale } };
}

/** Where nothing can be resumed from, no cursor is named. */
function withCursor(
  result: FormattedExecutionResult,
  cursor: string | null,
): FormattedExecutionResult {
  if (cursor === null) return result;
  const errors = (result.errors ?? []).map((error) =>
    error.extensions?.["code"] === "CURSOR_EXPIRED"
      ? error
      : { ...error, extensions: { ...error.extensions, cursor } },
  );
  return { ...result, errors };
}

function nameOf(end: SubscriberEnd): StreamEnd {
  if (end.kind !== "failed") return end.kind;
  if (end.reason instanceof SlowConsumerError) return "slow";
  if (end.reason instanceof SchemaChangedError) return "schema_changed";
  return end.reason instanceof UnauthenticatedError ? "expired" : "failed";
}
