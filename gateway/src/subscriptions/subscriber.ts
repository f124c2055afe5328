import { UnauthenticatedError } from "@crossdock/domain";
import { SlowConsumerError } from "../errors/gateway-errors.ts";
import type { GatewayLimits } from "../limits.ts";
import type { Lender } from "./authority.ts";
import { callAt } from "./call-at.ts";
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
  readonly sink: StreamSink;
  /** Where the client said that it is; `null` when it did not. */
  readonly cursor: string | null;
  readonly limits: Pick<
    GatewayLimits,
    "maxQueuedEvents" | "maxQueuedBytes" | "maxDrainMs" | "maxEventsAhead"
  >;
  /** Writes the reason of an end, with the cursor that the client resumes from. */
  readonly explain: (reason: unknown, cursor: string | null) => StreamMessage;
  readonly onDelivered: () => void;
  /** Called once, at the end, before the last message goes out. */
  readonly onEnd: (end: SubscriberEnd) => void;
};

/**
 * One client's subscription. Events wait here while earlier ones are completed and while the client does not
 * read; at most `maxQueuedEvents`, and `maxQueuedBytes` of them. One more, or a client that takes nothing for
 * `maxDrainMs`, and it ends with SLOW_CONSUMER: what waits is dropped, and the client is told the cursor of
 * the last event that was written to it, from which it misses none. A token that expires ends it likewise.
 */
export class Subscriber {
  readonly lender: Lender;
  readonly #options: SubscriberOptions;
  readonly #cancelExpiry: () => void;
  readonly #queue: Delivery[] = [];
  #cursor: string | null;
  #hasWritten = false;
  #isWriting = false;
  #isOver = false;
  /** No more events are taken; this follows when those that wait are written. */
  #afterQueue: (() => void) | null = null;
  /** To be called when there is room again. */
  #onRoom: (() => void) | null = null;

  constructor(options: SubscriberOptions) {
    this.#options = options;
    this.#cursor = options.cursor;
    this.lender = options.lender;
    const { viewer } = options.lender;
    this.#cancelExpiry =
      viewer === null
        ? () => undefined
        : callAt(viewer.expiresAt, () => {
            this.fail(new UnauthenticatedError("The token has expired."));
          });
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
    const { maxQueuedEvents, maxQueuedBytes } = this.#options.limits;
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
      void this.#writeQueue();
      return;
    }
    const { maxQueuedEvents, maxQueuedBytes, maxEventsAhead } = this.#options.limits;
    if (this.#queue.length <= maxEventsAhead) void delivery.completed();
    if (this.#queue.length > maxQueuedEvents || bytesOf(this.#queue) > maxQueuedBytes) {
      this.#failAsSlow();
    }
  }

  /** Ends it with a reason, which is the last that the client gets: what waits is dropped. */
  fail(reason: unknown): void {
    this.#end({ kind: "failed", reason }, this.#options.explain(reason, this.#cursor));
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
    this.#options.sink.breakOff();
  }

  /** The client has left: nothing more is written. */
  leave(): void {
    if (!this.#isOver) this.#close({ kind: "left" });
  }

  #whenWritten(end: () => void): void {
    if (this.#isWriting) this.#afterQueue ??= end;
    else end();
  }

  async #writeQueue(): Promise<void> {
    for (let next = this.#queue[0]; next !== undefined; next = this.#queue[0]) {
      const message = next.message ?? (await next.completed());
      if (this.#isOver) return;
      this.#queue.shift();
      void this.#queue[this.#options.limits.maxEventsAhead - 1]?.completed();
      if (this.#onRoom !== null && this.hasRoom) this.#tellRoom();
      this.#cursor = message.cursor ?? this.#cursor;
      this.#hasWritten = true;
      const drained = this.#options.sink.write(message);
      this.#options.onDelivered();
      if (drained !== undefined && !(await this.#isDrained(drained))) return;
    }
    this.#isWriting = false;
    this.#afterQueue?.();
  }

  /** @returns false when it is over meanwhile, also because the client took nothing for too long */
  async #isDrained(drained: Promise<void>): Promise<boolean> {
    const timer = setTimeout(() => {
      this.#failAsSlow();
    }, this.#options.limits.maxDrainMs);
    await drained;
    clearTimeout(timer);
    return !this.#isOver;
  }

  /** A client that has no cursor yet gets the first event still: without it it could not come back. */
  #failAsSlow(): void {
    const { maxQueuedEvents, maxQueuedBytes } = this.#options.limits;
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
    if (last !== null) void this.#options.sink.write(last);
    this.#options.sink.end();
  }

  #close(end: SubscriberEnd): void {
    this.#isOver = true;
    this.#cancelExpiry();
    this.#queue.length = 0;
    this.#options.onEnd(end);
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
