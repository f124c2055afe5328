import { setImmediate } from "node:timers/promises";
import type { Ledger } from "@crossdock/ledger";
import type { Logger } from "@crossdock/runtime";
import type { EventReader } from "./event-reader.ts";
import { EVENTS_CHANNEL, readBounds } from "./log-store.ts";
import type { Position } from "./position.ts";
import type { RecordedEvent, Topics } from "./recorded-event.ts";
import { createTopicIndex } from "./topic-index.ts";

export interface TailListener {
  readonly topics: Topics;
  /** Called in log order, synchronously; must not throw. */
  offer(event: RecordedEvent): void;
}

/** The one reader of this process at the end of the log. It reads while somebody listens. */
export interface LiveTail {
  /** Holds the tail open. Resolves when it has a position. @returns lets go of it */
  open(): Promise<() => void>;
  /** The last event that was offered, while open. Read it and `join` without an await between: no hole. */
  readonly position: Position;
  /** From the next event on. @returns leaves */
  join(listener: TailListener): () => void;
  close(): Promise<void>;
}

const TAIL_PAGE = 500;
/** Events offered in one go; between two goes every reader gets to run. */
const BURST = 20;
/** The doorbell is not a delivery; this is how late an event comes when it was not heard. */
const LOOK_EVERY_MS = 250;

export type LiveTailDeps = {
  readonly ledger: Ledger;
  readonly logger: Logger;
  readonly reader: EventReader;
};

export function createLiveTail(deps: LiveTailDeps): LiveTail {
  return new Tail(deps);
}

class Tail implements LiveTail {
  readonly #ledger: Ledger;
  readonly #logger: Logger;
  readonly #reader: EventReader;
  readonly #index = createTopicIndex<TailListener>();
  #position: Position | null = null;
  #holders = 0;
  #starting: Promise<void> | null = null;
  #reading: Promise<void> | null = null;
  #readAgain = false;
  #failing = false;
  #closed = false;
  #timer: NodeJS.Timeout | undefined;
  #stopListening: Promise<() => Promise<void>> | null = null;

  constructor({ ledger, logger, reader }: LiveTailDeps) {
    this.#ledger = ledger;
    this.#logger = logger;
    this.#reader = reader;
  }

  get position(): Position {
    if (this.#position === null) throw new Error("The tail is not open.");
    return this.#position;
  }

  async open(): Promise<() => void> {
    this.#holders += 1;
    let held = true;
    const letGo = () => {
      if (held) this.#letGo();
      held = false;
    };
    try {
      this.#starting ??= this.#start();
      await this.#starting;
      return letGo;
    } catch (error) {
      letGo();
      throw error;
    }
  }

  join(listener: TailListener): () => void {
    this.#index.add(listener, listener.topics);
    return () => {
      this.#index.remove(listener, listener.topics);
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#reading;
    const stopListening = await this.#stopListening?.catch(() => null);
    await stopListening?.();
  }

  async #start(): Promise<void> {
    try {
      // Listening first: an event committed after the bounds were read rings.
      this.#stopListening ??= this.#ledger.listen(EVENTS_CHANNEL, () => {
        this.#wake();
      });
      await this.#stopListening;
      this.#position = (await readBounds(this.#ledger)).head;
    } catch (error) {
      this.#starting = null;
      this.#stopListening = null;
      throw error;
    }
    if (this.#closed) return;
    this.#timer = setInterval(() => {
      this.#wake();
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  #letGo(): void {
    this.#holders -= 1;
    if (this.#holders > 0) return;
    clearInterval(this.#timer);
    this.#starting = null;
    this.#position = null;
  }

  #wake(): void {
    if (this.#closed || this.#position === null) return;
    if (this.#reading !== null) {
      this.#readAgain = true;
      return;
    }
    this.#reading = this.#read().finally(() => {
      this.#reading = null;
      if (!this.#readAgain) return;
      this.#readAgain = false;
      this.#wake();
    });
  }

  /** Offers what is new, page by page. A database that does not answer only makes it late. */
  async #read(): Promise<void> {
    try {
      for (;;) {
        const after = this.#position;
        if (after === null) return;
        const page = await this.#reader.readPage({ after, limit: TAIL_PAGE }, {});
        this.#failing = false;
        let offered = after;
        for (const [index, event] of page.events.entries()) {
          if (index % BURST === 0) await setImmediate();
          // Let go of, or opened anew further on, meanwhile: then the rest is not ours to offer.
          if (this.#closed || this.#position !== offered) return;
          this.#offer(event);
          offered = event.position;
        }
        if (this.#position !== offered) return;
        // What could not be read is behind us as well.
        this.#position = page.through;
        if (page.isLast) return;
      }
    } catch (error) {
      if (!this.#failing && !this.#closed)
        this.#logger.warn({ err: error }, "the event log cannot be read; trying on");
      this.#failing = true;
    }
  }

  #offer(event: RecordedEvent): void {
    this.#position = event.position;
    for (const listener of this.#index.matching(event)) listener.offer(event);
  }
}
