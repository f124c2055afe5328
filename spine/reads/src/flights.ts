import type { Instant, Subject } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import type { Remembered } from "./cached-read.ts";
import type { Entry, Stamp } from "./entry.ts";
import type { Expiries } from "./expiries.ts";
import type { EntryStore } from "./tiers/entry-store.ts";

/** A read of one key that is under way, for everybody who wants it. */
export type Flight<Document> = {
  readonly stamp: Stamp;
  readonly beganMs: number;
  /** What another process has kept of the key, however old; found before the source is asked. */
  readonly kept: Promise<Entry<Document> | undefined>;
  readonly landing: Promise<Landed<Document>>;
  /** Where it has landed and the entry is just being kept. */
  landed: Entry<Document> | null;
};

/** @see isLive whether the source was asked for it; else another process or a feed had done so already */
export type Landed<Document> = { readonly entry: Entry<Document>; readonly isLive: boolean };

export type FlightPlan<Document> = {
  readonly name: string;
  /** What this process has; what another has kept is of use only when it is newer. */
  readonly known: Entry<Document> | undefined;
  /** Whether an entry is what was asked for. */
  readonly isGood: (entry: Entry<Document>) => boolean;
  /** What a book has that follows the source: it spares asking when it is good. `null`: there is no such book. */
  readonly copied: (() => Promise<Remembered<Document> | null>) | null;
  /** Whether the book has all that events have told until it is read, however old it says to be. */
  readonly copyHasEvents: boolean;
  /** @throws what the source throws */
  readonly ask: () => Promise<Document | null>;
  readonly subjectsOf: (document: Document | null) => readonly Subject[];
  /** How long an entry is kept. */
  readonly keepMsOf: (document: Document | null) => number;
};

/** Reads that are under way, by the name of their key: at most one of a key that newcomers may join. */
export class Flights<Document> {
  readonly #store: EntryStore;
  readonly #expiries: Expiries;
  readonly #clock: Clock;
  readonly #flights = new Map<string, Flight<Document>>();

  constructor(deps: {
    readonly store: EntryStore;
    readonly expiries: Expiries;
    readonly clock: Clock;
  }) {
    this.#store = deps.store;
    this.#expiries = deps.expiries;
    this.#clock = deps.clock;
  }

  /** @returns also one that has just landed, until its entry is found in the store */
  get(name: string): Flight<Document> | undefined {
    return this.#flights.get(name);
  }

  /** Newcomers join this one from now on. */
  begin(plan: FlightPlan<Document>): Flight<Document> {
    const { name, keepMsOf } = plan;
    const stamp = this.#expiries.stamp();
    const began = { asOf: this.#clock.now(), asOfMs: this.#clock.nowMs(), stamp };
    // Only documents of this reader are kept under its names.
    const kept = this.#store.recallShared(name) as Promise<Entry<Document> | undefined>;
    const landing = this.#fly(plan, kept, began);
    const flight: Flight<Document> = {
      stamp,
      beganMs: began.asOfMs,
      kept,
      landing,
      landed: null,
    };
    this.#flights.set(name, flight);
    const leave = () => {
      if (this.#flights.get(name) === flight) this.#flights.delete(name);
    };
    void landing
      .then(async ({ entry, isLive }) => {
        flight.landed = entry;
        await this.#keep(name, entry, keepMsOf(entry.document), isLive);
        // Not before those who looked for the entry just before it was kept have found the flight.
        setImmediate(leave);
      })
      .catch(leave); // the error is told to those who wait; the next one asks again
    return flight;
  }

  async #fly(
    { known, isGood, copied, copyHasEvents, ask, subjectsOf, name, keepMsOf }: FlightPlan<Document>,
    keptElsewhere: Promise<Entry<Document> | undefined>,
    began: { readonly asOf: Instant; readonly asOfMs: number; readonly stamp: Stamp },
  ): Promise<Landed<Document>> {
    const kept = await keptElsewhere;
    if (kept !== undefined && (known === undefined || kept.asOfMs > known.asOfMs)) {
      if (isGood(kept)) return { entry: kept, isLive: false };
      // Too old, and yet of use while the source does not answer.
      await this.#store.adopt(name, kept, keepMsOf(kept.document));
    }
    const copy = copied === null ? null : await copied();
    if (copy !== null) {
      const stamp = copyHasEvents ? began.stamp : STAMP_OF_BOOKS;
      const entry = entryOfCopy(copy, subjectsOf(copy.document), stamp);
      const isNews =
        known === undefined ||
        entry.asOfMs > known.asOfMs ||
        (copyHasEvents && this.#expiries.isOutdated(known));
      if (isNews && isGood(entry)) return { entry, isLive: false };
    }
    const document = await ask();
    const entry = { ...began, document, subjects: subjectsOf(document), hits: 0 };
    return { entry, isLive: true };
  }

  async #keep(name: string, entry: Entry<Document>, forMs: number, isLive: boolean): Promise<void> {
    const present = this.#store.recall(name);
    if (present !== undefined && present.asOfMs > entry.asOfMs) {
      const isSpoilt = this.#expiries.isOutdated(present) && !this.#expiries.isOutdated(entry);
      // A later read may have landed earlier; a book that is older as a whole may have what happened since that one.
      if (!isSpoilt) return;
    }
    // What does not exist is not worth telling: it is forgotten at once.
    if (isLive && entry.document !== null) await this.#store.remember(name, entry, forMs);
    else await this.#store.adopt(name, entry, forMs);
  }
}

/** Of no process: what happened since is told by the clock alone, and what happened after the feed's last look is not in it. */
const STAMP_OF_BOOKS: Stamp = { process: "books", tick: 0 };

function entryOfCopy<Document>(
  { document, seenAt }: Remembered<Document>,
  subjects: readonly Subject[],
  stamp: Stamp,
): Entry<Document> {
  const asOfMs = Date.parse(seenAt);
  return { asOf: seenAt, asOfMs, stamp, document, subjects, hits: 0 };
}
