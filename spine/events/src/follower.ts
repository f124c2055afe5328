import { CursorExpiredError, SlowConsumerError } from "./errors.ts";
import type { LogPage } from "./event-reader.ts";
import type { LiveTail, TailListener } from "./live-tail.ts";
import type { LogBounds, Range } from "./log-store.ts";
import { isAfter, LOG_START } from "./position.ts";
import type { Position } from "./position.ts";
import type { RecordedEvent, Topics } from "./recorded-event.ts";

export type FollowOptions = {
  /** Exclusive; `null` starts at the present end, with no history. */
  readonly after: Position | null;
  readonly topics: Topics;
  /** Live events that may wait for this reader; give it room for a burst. History waits in the log and does not count. */
  readonly maxPending: number;
  /** Ends the iteration, quietly. */
  readonly signal: AbortSignal;
};

export type FollowerDeps = {
  readonly tail: LiveTail;
  readonly readBounds: () => Promise<LogBounds>;
  readonly readRange: (range: Range, topics: Topics) => Promise<LogPage>;
  /** Called once, when the iteration is over. */
  readonly onEnd: (follower: Follower) => void;
};

/** Events read from the log at a time while a follower catches up. */
const REPLAY_PAGE = 200;
const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

/**
 * Where a follower is:
 * - `replaying` reads history in pages, as far as it goes;
 * - `joining` has taken its place at the tail, which now holds live events for it, and reads what lies
 *   between its last page and that place;
 * - `live` has only what the tail offers.
 */
type Phase =
  | { readonly kind: "replaying" }
  | { readonly kind: "joining"; readonly through: Position }
  | { readonly kind: "live" };

/**
 * Iterates by hand: an async generator that is parked on an await cannot be ended, so a client that
 * leaves while nothing happens would stay for ever.
 */
export class Follower implements AsyncIterableIterator<RecordedEvent>, TailListener {
  readonly topics: Topics;
  readonly #options: FollowOptions;
  readonly #deps: FollowerDeps;
  /** `null` once it is. */
  #opening: Promise<void> | null;
  #over = false;
  #failure: Error | null = null;
  #phase: Phase = { kind: "replaying" };
  /** Read from the log up to here. */
  #readThrough: Position;
  /** Given to the reader up to here. */
  #delivered: Position;
  #page: RecordedEvent[] = [];
  #live: RecordedEvent[] = [];
  #leaveTail: () => void = () => undefined;
  #closeTail: () => void = () => undefined;
  /** Wakes the reader, who waits for the tail. */
  #wake: () => void = () => undefined;
  /** Lets the reader go, who waits for the log. */
  #stopWaiting: () => void = () => undefined;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #onAbort = () => {
    this.#end();
  };

  constructor(options: FollowOptions, deps: FollowerDeps) {
    this.topics = options.topics;
    this.#options = options;
    this.#deps = deps;
    this.#readThrough = this.#delivered = options.after ?? LOG_START;
    this.#opening = this.#open();
    this.#opening.catch(() => undefined); // told to the reader by its first `next`
    if (options.signal.aborted) this.#end();
    else options.signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<RecordedEvent, undefined>> {
    const result = this.#turn.then(() => this.#take());
    this.#turn = result.catch(() => undefined);
    return result;
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#end();
    return Promise.resolve(DONE);
  }

  offer(event: RecordedEvent): void {
    if (this.#over || this.#failure !== null || !isAfter(event.position, this.#readThrough)) return;
    this.#live.push(event);
    if (this.#live.length > this.#options.maxPending) {
      this.#fail(new SlowConsumerError(this.#delivered, this.#options.maxPending));
    }
    this.#wake();
  }

  async #take(): Promise<IteratorResult<RecordedEvent, undefined>> {
    try {
      if (this.#opening !== null && !this.#over) await this.#untilOver(this.#opening);
      this.#opening = null;
      while (!this.#over) {
        if (this.#failure !== null) throw this.#failure;
        const event =
          this.#page.shift() ?? (this.#phase.kind === "live" ? this.#live.shift() : undefined);
        if (event !== undefined) {
          this.#delivered = event.position;
          return { done: false, value: event };
        }
        if (this.#phase.kind === "live") await this.#sleep();
        else await this.#untilOver(this.#readOn(this.#phase));
      }
      return DONE;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  async #open(): Promise<void> {
    const closeTail = await this.#deps.tail.open();
    if (this.#over) {
      closeTail();
      return;
    }
    this.#closeTail = closeTail;
    const bounds = await this.#deps.readBounds();
    const after = this.#options.after ?? bounds.head;
    if (isAfter(after, bounds.head)) throw new CursorExpiredError(after, bounds.discardedThrough);
    this.#readThrough = this.#delivered = after;
  }

  async #readOn(phase: Exclude<Phase, { kind: "live" }>): Promise<void> {
    const after = this.#readThrough;
    const range = phase.kind === "joining" ? { after, through: phase.through } : { after };
    const page = await this.#deps.readRange({ ...range, limit: REPLAY_PAGE }, this.topics);
    const { discardedThrough } = await this.#deps.readBounds();
    if (this.#over) return;
    if (isAfter(discardedThrough, after)) throw new CursorExpiredError(after, discardedThrough);
    this.#page = [...page.events];
    this.#readThrough = page.through;
    if (!page.isLast) return;
    // No await from here: the place taken at the tail is the position just read.
    if (phase.kind === "joining") {
      this.#phase = { kind: "live" };
      return;
    }
    this.#phase = { kind: "joining", through: this.#deps.tail.position };
    this.#leaveTail = this.#deps.tail.join(this);
  }

  /**
   * Waits for what the log says, no longer than it is not over. Written out: `Promise.race` with a promise that lives as
   * long as this would leave something at it with each event, for the days that a subscription is open.
   */
  #untilOver(work: Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stopWaiting = resolve;
      work.then(resolve, reject);
    });
  }

  #sleep(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  #fail(error: Error): void {
    this.#failure = error;
    this.#page = [];
    this.#live = [];
    this.#leaveTail();
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#page = [];
    this.#live = [];
    this.#options.signal.removeEventListener("abort", this.#onAbort);
    this.#leaveTail();
    this.#closeTail();
    this.#stopWaiting();
    this.#wake();
    this.#deps.onEnd(this);
  }
}
