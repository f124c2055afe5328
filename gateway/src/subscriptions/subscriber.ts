import { UnauthenticatedError } from "@crossdock/domain";
import { SlowConsumerError } from "../errors/gateway-errors.ts";
import type { GatewayLimits } from "../limits.ts";
import type { StreamTransport } from "../metrics.ts";
import type { Lender } from "./authority.ts";
import { cancelExpiry, expireAt } from "./expiry.ts";
import type { Expiring } from "./expiry.ts";
import type { StreamMessage, StreamSink } from "./stream-message.ts";
import type { Delivery } from "./upstream-event.ts";

/** How a subscription came to its end. */
export type SubscriberEnd =
  | { readonly kind: "completed" }
  | { readonly kind: "left" }
  /** Before there was any event: the subgraph or a limit said no. */
  | { readonly kind: "refused" }
  | { readonly kind: "failed"; readonly reason: unknown };

export type SubscriberOptions = {
  readonly lender: Lender;
  readonly transport: StreamTransport;
  readonly sink: StreamSink;
  /** Where the client said that it is; `null` when it did not. */
  readonly cursor: string | null;
  readonly limits: Pick<
    GatewayLimits,
    "maxQueuedEvents" | "maxQueuedBytes" | "maxDrainMs" | "maxEventsAhead"
  >;
  readonly keeper: SubscriberKeeper;
};

/** Whoever keeps subscribers: one for all, as each is one of thousands. */
export interface SubscriberKeeper {
  /** Writes the reason of an end, with the cursor that the client resumes from. */
  explain(reason: unknown, cursor: string | null): StreamMessage;
  delivered(subscriber: Subscriber): void;
  /** Called once, at the end, before the last message goes out. */
  ended(subscriber: Subscriber, end: SubscriberEnd): void;
}

/**
 * One client's subscription. Events wait here while earlier ones are completed and while the client does not
 * read; at most `maxQueuedEvents`, and `maxQueuedBytes` of them. One more, or a client that takes nothing for
 * `maxDrainMs`, and it ends with SLOW_CONSUMER: what waits is dropped, and the client is told the cursor of
 * the last event that was written to it, from which it misses none. A token that expires ends it likewise.
 */
export class Subscriber implements Expiring {
  readonly lender: Lender;
  readonly transport: StreamTransport;
  readonly #sink: StreamSink;
  readonly #limits: SubscriberOptions["limits"];
  readonly #keeper: SubscriberKeeper;
  readonly #queue: Delivery[] = [];
  #cursor: string | null;
  #hasWritten = false;
  #isWriting = false;
  #isOver = false;
  /** No more events are taken; this follows when those that wait are written. */
  #afterQueue: (() => void) | null = null;
  /** To be called when there is room again. */
  #onRoom: (() => void) | null = null;

  constructor({ lender, transport, sink, cursor, limits, keeper }: SubscriberOptions) {
    this.lender = lender;
    this.transport = transport;
    this.#sink = sink;
    this.#cursor = cursor;
    this.#limits = limits;
    this.#keeper = keeper;
    if (lender.viewer !== null) expireAt(lender.viewer.expiresAt, this);
  }

  /** Its token has. */
  expire(): void {
    this.fail(new UnauthenticatedError("The token has expired."));
  }

  /** The cursor of the last event that was written, or where the subscriber started. */
  get cursor(): string | null {
    return this.#cursor;
  }

  /** Where the subscriber starts, when only its upstream knew. */
  startAt(cursor: string | null): void {
    this.#cursor ??= cursor;
  }

  /** Half of the queue: what replays history waits until there is room. */
  get hasRoom(): boolean {
    const { maxQueuedEvents, maxQueuedBytes } = this.#limits;
    return this.#queue.length <= maxQueuedEvents / 2 && bytesOf(this.#queue) <= maxQueuedBytes / 2;
  }

  /** Calls once, when there is room or the subscriber is gone. */
  whenRoom(call: () => void): void {
    this.#onRoom = call;
  }

  /** Takes the next event, in order. */
  offer(delivery: Delivery): void {
    if (this.#isOver || this.#afterQueue !== null) return;
    this.#queue.push(delivery);
    if (!this.#isWriting) {
      this.#isWriting = true;
      this.#writeQueue();
      return;
    }
    const { maxQueuedEvents, maxQueuedBytes, maxEventsAhead } = this.#limits;
    if (this.#queue.length <= maxEventsAhead) delivery.begin();
    if (this.#queue.length > maxQueuedEvents || bytesOf(this.#queue) > maxQueuedBytes) {
      this.#failAsSlow();
    }
  }

  /** Ends it with a reason, which is the last that the client gets: what waits is dropped. */
  fail(reason: unknown): void {
    this.#end({ kind: "failed", reason }, this.#keeper.explain(reason, this.#cursor));
  }

  /** Ends it with the answer of one who does not let it begin. */
  refuse(refusal: StreamMessage): void {
    this.#end({ kind: "refused" }, refusal);
  }

  /** Ends it after what waits, because the subgraph has no more. */
  complete(): void {
    this.#whenWritten(() => {
      this.#end({ kind: "completed" }, null);
    });
  }

  /** Ends it with a reason, which the client gets after what waits. */
  finish(reason: unknown): void {
    this.#whenWritten(() => {
      this.fail(reason);
    });
  }

  /** The process stops: what waits is dropped, for the client comes back. */
  breakOff(): void {
    if (this.#isOver) return;
    this.#close({ kind: "completed" });
    this.#sink.breakOff();
  }

  /** The client has left: nothing more is written. */
  leave(): void {
    if (!this.#isOver) this.#close({ kind: "left" });
  }

  #whenWritten(end: () => void): void {
    if (this.#isWriting) this.#afterQueue ??= end;
    else end();
  }

  /** Writes what is completed, one after the other, until it has to wait: for the next text, or for the client. */
  #writeQueue(): void {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const { message } = next;
      if (message === null) {
        next.whenCompleted(() => {
          if (!this.#isOver) this.#writeQueue();
        });
        return;
      }
      this.#queue.shift();
      this.#queue[this.#limits.maxEventsAhead - 1]?.begin();
      if (this.#onRoom !== null && this.hasRoom) this.#tellRoom();
      this.#cursor = message.cursor ?? this.#cursor;
      this.#hasWritten = true;
      const drained = this.#sink.write(message);
      this.#keeper.delivered(this);
      if (drained !== undefined) {
        void this.#writeWhenDrained(drained);
        return;
      }
    }
    this.#isWriting = false;
    this.#afterQueue?.();
  }

  /** Goes on when the client has taken something, unless it took nothing for too long. */
  async #writeWhenDrained(drained: Promise<void>): Promise<void> {
    const timer = setTimeout(() => {
      this.#failAsSlow();
    }, this.#limits.maxDrainMs);
    await drained;
    clearTimeout(timer);
    if (!this.#isOver) this.#writeQueue();
  }

  /** A client that has no cursor yet gets the first event still: without it it could not come back. */
  #failAsSlow(): void {
    const { maxQueuedEvents, maxQueuedBytes } = this.#limits;
    const fail = () => {
      this.fail(new SlowConsumerError(maxQueuedEvents, maxQueuedBytes));
    };
    if (this.#hasWritten || this.#cursor !== null) {
      fail();
      return;
    }
    this.#queue.length = 1;
    this.#afterQueue = fail;
  }

  #end(end: SubscriberEnd, last: StreamMessage | null): void {
    if (this.#isOver) return;
    this.#close(end);
    if (last !== null) void this.#sink.write(last);
    this.#sink.end();
  }

  #close(end: SubscriberEnd): void {
    this.#isOver = true;
    const { viewer } = this.lender;
    if (viewer !== null) cancelExpiry(viewer.expiresAt, this);
    this.#queue.length = 0;
    this.#keeper.ended(this, end);
    this.#tellRoom();
  }

  #tellRoom(): void {
    const call = this.#onRoom;
    this.#onRoom = null;
    call?.();
  }
}

function bytesOf(queue: readonly Delivery[]): number {
  return queue.reduce((sum, { bytes }) => sum + bytes, 0);
}
