import type { Freshness, Instant, Subject } from "@crossdock/domain";
import { countingCalls, type Clock } from "@crossdock/runtime";
import { MAX_BATCH_KEYS, SourceUnavailableError } from "@crossdock/source-contract";
import DataLoader from "dataloader";
import { createBulkLoad, type BulkLoad } from "./bulk-load.ts";
import {
  isSourceDown,
  type CachedRead,
  type Remembered,
  type Sourced,
  type Wish,
} from "./cached-read.ts";
import type { Entry, Stamp } from "./entry.ts";
import type { Expiries } from "./expiries.ts";
import { Flights, type Flight, type Landed } from "./flights.ts";
import type { ReadCounters, ReadOutcome } from "./read-counters.ts";
import { Pace, type Lateness } from "./pace.ts";
import type { EntryStore } from "./tiers/entry-store.ts";
import { untilAborted, within } from "./waiting.ts";

export type ReaderOptions<Key, Document> = {
  /** Of metrics and of the keys in the cache; the same name means the same documents. */
  readonly name: string;
  /** The source's name, as provenance shows it. */
  readonly source: string;
  /** Text that no other key has: everything that the document depends on, the account where it does. */
  readonly keyOf: (key: Key) => string;
  /**
   * What an entry tells of; an event of any of these makes it outdated.
   * @param document `null` when there is none, or none is known yet
   */
  readonly subjectsOf: (key: Key, document: Document | null) => readonly Subject[];
  readonly ages: Ages;
  /**
   * Of readers of one source whose callers need all of them: who has waited for one in vain does not wait for the
   * next, nor does anybody until reads come in time again. Of this reader alone when left out.
   */
  readonly lateness?: Lateness;
  /** @see BulkLoad documents are plain JSON: text, numbers, lists and objects of them */
  readonly read: BulkLoad<Key, Document>;
  /**
   * What a book knows, for when the source does not answer: as the last read has it or later, however old. One entry per
   * key, in key order. Not asked while the cache has something usable that no event made outdated.
   */
  readonly recall?: (keys: readonly Key[]) => Promise<readonly (Remembered<Document> | null)[]>;
  /**
   * A feed keeps the book of `recall`, and `seenAt` is how far it follows the source: what it has is served while it is
   * fresh, and the source is asked for what is older, or what something happened to since.
   */
  readonly recallsFirst?: boolean;
  /**
   * Each event that outdates a document is appended in the transaction that writes the book of `recall`: what is read of the
   * book afterwards has what the event tells, although the feed's last look at the rest of it may be older.
   */
  readonly recallHasEvents?: boolean;
};

export type Ages = {
  /** Until then a document is served without asking. */
  readonly freshMs: number;
  /** Until then it is served when the source does not answer. */
  readonly usableMs: number;
  /** A caller who has something usable waits no longer than so for the source; the read goes on. */
  readonly patienceMs: number;
  /** After a failure the source is asked again, but nobody who has something to show waits for that answer. */
  readonly retriesUnwatched?: boolean;
  /** The same for somebody who must not be shown it, but for want of better; `INSISTENT_PATIENCE_MS` when left out. */
  readonly insistMs?: number;
  /** Until then a document of a book is served when the source does not answer; however old when left out. */
  readonly recallableMs?: number;
};

export type ReaderDeps = {
  readonly store: EntryStore;
  readonly expiries: Expiries;
  readonly counters: ReadCounters;
  readonly clock: Clock;
};

/** No client makes us ask a source for the same thing more often. */
export const MIN_AGE_MS = 1_000;
/** How long it is remembered that a source does not have something: a new account is there soon. */
export const ABSENT_MS = 1_000;
/**
 * How long somebody waits who must not be shown what is there: something happened since, or the request wants it
 * younger. After that the source is taken to be down, and the older value is served as STALE.
 */
export const INSISTENT_PATIENCE_MS = 3_000;
/** From this part of its freshness on, a document that is in demand is read again before it is too old. */
const REFRESH_AHEAD_FROM = 0.75;
/** Served so often since it was read, a document is in demand. */
const DEMAND_HITS = 3;
/** Documents that are read again ahead of time are collected for so long, into few and dense bulk reads. */
export const GATHER_MS = 500;

/** @see CachedRead */
export function createReader<Key, Document>(
  options: ReaderOptions<Key, Document>,
  deps: ReaderDeps,
): CachedRead<Key, Document> {
  const reader = new Reader(options, deps);
  return (keys, wish) => reader.read(keys, wish);
}

type Load<Key, Document> = (key: Key) => Promise<Document | null>;

class Reader<Key, Document> {
  readonly #options: ReaderOptions<Key, Document>;
  readonly #deps: ReaderDeps;
  readonly #flights: Flights<Document>;
  readonly #pace: Pace;
  readonly #load: Load<Key, Document>;
  readonly #loadAhead: Load<Key, Document>;
  readonly #recall: DataLoader<Key, Remembered<Document> | null> | null;

  constructor(options: ReaderOptions<Key, Document>, deps: ReaderDeps) {
    const { name, source, keyOf, read, recall } = options;
    this.#options = options;
    this.#deps = deps;
    this.#pace = new Pace(deps.clock, options.lateness);
    this.#flights = new Flights(deps);
    const onLoad = (keys: number) => {
      deps.counters.load(name, keys);
    };
    const bulk = { name, source, read, keyOf, onLoad };
    this.#load = createBulkLoad(bulk);
    this.#loadAhead = createBulkLoad({ ...bulk, gatherMs: GATHER_MS });
    this.#recall =
      recall === undefined
        ? null
        : new DataLoader((keys) => recall(keys), { cache: false, maxBatchSize: MAX_BATCH_KEYS });
  }

  read(keys: readonly Key[], wish: Wish): Promise<readonly (Sourced<Document> | Error | null)[]> {
    const askedAt = this.#deps.expiries.stamp();
    const all = Promise.all(
      keys.map(async (key) => {
        try {
          return await this.#readKey(key, wish, askedAt);
        } catch (error) {
          return error instanceof Error ? error : new Error(String(error));
        }
      }),
    );
    return untilAborted(all, wish.signal);
  }

  async #readKey(key: Key, wish: Wish, askedAt: Stamp): Promise<Sourced<Document> | null> {
    const name = `${this.#options.name}:${this.#options.keyOf(key)}`;
    // Only documents of this reader are kept under its names.
    const known = this.#deps.store.recall(name) as Entry<Document> | undefined;
    if (known !== undefined && this.#isGood(known, wish)) {
      known.hits += 1;
      if (this.#isInDemand(known)) this.#refreshAhead(key, name, known, wish);
      return this.#serve(known, "hit", wish);
    }
    return this.#ask(key, name, known, wish, askedAt);
  }

  async #ask(
    key: Key,
    name: string,
    known: Entry<Document> | undefined,
    wish: Wish,
    askedAt: Stamp,
  ): Promise<Sourced<Document> | null> {
    const { expiries } = this.#deps;
    let usable = this.#usable(known);
    let subjects = known?.subjects ?? this.#options.subjectsOf(key, null);
    let previous: Flight<Document> | undefined;
    for (;;) {
      if (this.#pace.isDown) {
        const fallback = await this.#fallback(key, usable);
        if (fallback !== null) return this.#serveStale(fallback, wish);
      }
      const flight: Flight<Document> =
        this.#joinable(name, subjects, wish, askedAt, previous) ??
        this.#begin(key, name, known, wish, this.#load);
      const isOver = flight.landed !== null;
      usable ??= this.#usable(await flight.kept);
      const landed = await this.#await(flight, usable);
      if (landed instanceof Error) {
        const fallback = await this.#fallback(key, usable);
        if (fallback === null) throw landed;
        return this.#serveStale(fallback, wish);
      }
      const { entry, isLive } = landed;
      // Whoever joined after something happened, or wants it younger, is not served with what began before.
      if (!expiries.isOutdated(entry, askedAt) && (isLive || this.#isGood(entry, wish))) {
        return this.#serve(entry, isLive && !isOver ? "miss" : "hit", wish);
      }
      subjects = entry.subjects;
      previous = flight;
    }
  }

  /**
   * @returns the error of a source that did not answer, or not in time for somebody who has something to show
   * @throws any other error of the read
   */
  async #await(
    flight: Flight<Document>,
    usable: Entry<Document> | null,
  ): Promise<Landed<Document> | Error> {
    try {
      if (usable === null) return await flight.landing;
      const { freshMs, patienceMs, insistMs = INSISTENT_PATIENCE_MS } = this.#options.ages;
      const insists =
        insistMs > patienceMs &&
        (this.#deps.expiries.isOutdated(usable) || this.#ageOf(usable) <= freshMs);
      if ((this.#pace.isLate || this.#isHopeless) && !insists) return this.#tooLate();
      const landed = await within(flight.landing, insists ? insistMs : patienceMs);
      if (landed !== null) return landed;
      this.#pace.noteLate();
      if (insists) this.#pace.noteDown();
      return this.#tooLate();
    } catch (error) {
      if (isSourceDown(error)) return error;
      throw error;
    }
  }

  /** The source failed last time, and whoever asks again first is not to pay for finding out. */
  get #isHopeless(): boolean {
    return this.#pace.isFailing && this.#options.ages.retriesUnwatched === true;
  }

  #tooLate(): Error {
    const { source, name } = this.#options;
    return new SourceUnavailableError(source, name, "it takes too long to be waited for");
  }

  #begin(
    key: Key,
    name: string,
    known: Entry<Document> | undefined,
    wish: Wish,
    load: Load<Key, Document>,
  ): Flight<Document> {
    const { usableMs } = this.#options.ages;
    return this.#flights.begin({
      name,
      known,
      isGood: (entry) => this.#isGood(entry, wish),
      copied: this.#options.recallsFirst === true ? () => this.#copyOf(key) : null,
      copyHasEvents: this.#options.recallHasEvents === true,
      ask: () => countingCalls(wish.tally, () => this.#askSource(key, load)),
      subjectsOf: (document) => this.#options.subjectsOf(key, document),
      keepMsOf: (document) => (document === null ? ABSENT_MS : usableMs),
    });
  }

  /** A book that cannot be asked spares nothing, and hurts nobody: the source is asked. */
  async #copyOf(key: Key): Promise<Remembered<Document> | null> {
    return (await this.#recall?.load(key).catch(() => null)) ?? null;
  }

  async #askSource(key: Key, load: Load<Key, Document>): Promise<Document | null> {
    const beganMs = this.#deps.clock.nowMs();
    try {
      const document = await load(key);
      this.#pace.noteAnswer();
      return document;
    } catch (error) {
      if (isSourceDown(error)) this.#pace.noteDown();
      throw error;
    } finally {
      const tookMs = this.#deps.clock.nowMs() - beganMs;
      const { lateness, ages } = this.#options;
      if (tookMs > ages.patienceMs) lateness?.note();
    }
  }

  #joinable(
    name: string,
    subjects: readonly Subject[],
    wish: Wish,
    askedAt: Stamp,
    previous: Flight<Document> | undefined,
  ): Flight<Document> | undefined {
    const flight = this.#flights.get(name);
    if (flight === undefined || flight === previous) return undefined;
    const { stamp, beganMs: asOfMs, landed } = flight;
    if (landed !== null && !this.#isGood(landed, wish)) return undefined;
    if (this.#deps.expiries.isOutdated({ stamp, asOfMs, subjects }, askedAt)) return undefined;
    const ageMs = this.#deps.clock.nowMs() - asOfMs;
    return wish.maxAgeMs === null || ageMs <= Math.max(wish.maxAgeMs, MIN_AGE_MS)
      ? flight
      : undefined;
  }

  #isGood(entry: Entry<Document>, { maxAgeMs }: Wish): boolean {
    if (this.#deps.expiries.isOutdated(entry)) return false;
    const ageMs = this.#ageOf(entry);
    if (ageMs > (entry.document === null ? ABSENT_MS : this.#options.ages.freshMs)) return false;
    return maxAgeMs === null || ageMs <= Math.max(maxAgeMs, MIN_AGE_MS);
  }

  #usable(entry: Entry<Document> | undefined): Entry<Document> | null {
    if (entry === undefined || entry.document === null) return null;
    return this.#ageOf(entry) <= this.#options.ages.usableMs ? entry : null;
  }

  #isInDemand(entry: Entry<Document>): boolean {
    const { freshMs } = this.#options.ages;
    return (
      entry.document !== null &&
      entry.hits >= DEMAND_HITS &&
      this.#ageOf(entry) >= freshMs * REFRESH_AHEAD_FROM
    );
  }

  #refreshAhead(key: Key, name: string, known: Entry<Document>, wish: Wish): void {
    if (this.#pace.isDown || this.#pace.isLate || this.#flights.get(name)?.landed === null) return;
    // What another process has kept is good enough when it was read after ours.
    const flight = this.#begin(key, name, known, wish, this.#loadAhead);
    flight.landing.catch(() => undefined); // until the entry is too old nobody is hurt
  }

  /** The newest that is known without the source. */
  async #fallback(key: Key, usable: Entry<Document> | null): Promise<Remembered<Document> | null> {
    const cached =
      usable === null || usable.document === null
        ? null
        : { document: usable.document, seenAt: usable.asOf };
    if (this.#recall === null) return cached;
    if (usable !== null && !this.#deps.expiries.isOutdated(usable)) return cached;
    const recalled = this.#ifRecallable(await this.#recall.load(key));
    if (recalled === null || cached === null) return recalled ?? cached;
    if (this.#options.recallHasEvents === true) return recalled;
    return recalled.seenAt > cached.seenAt ? recalled : cached;
  }

  #ifRecallable(recalled: Remembered<Document> | null): Remembered<Document> | null {
    const { recallableMs } = this.#options.ages;
    if (recalled === null || recallableMs === undefined) return recalled;
    return this.#deps.clock.nowMs() - Date.parse(recalled.seenAt) <= recallableMs ? recalled : null;
  }

  #serve(
    { document, asOf }: Entry<Document>,
    outcome: Exclude<ReadOutcome, "stale">,
    { tally }: Wish,
  ): Sourced<Document> | null {
    this.#deps.counters.count(this.#options, outcome);
    if (outcome === "hit") tally.noteCached();
    return document === null
      ? null
      : this.#sourced(document, asOf, outcome === "hit" ? "CACHED" : "LIVE");
  }

  #serveStale({ document, seenAt }: Remembered<Document>, { tally }: Wish): Sourced<Document> {
    this.#deps.counters.count(this.#options, "stale");
    tally.noteStale(this.#options.source, seenAt);
    return this.#sourced(document, seenAt, "STALE");
  }

  #sourced(document: Document, asOf: Instant, freshness: Freshness): Sourced<Document> {
    return { document, provenance: { source: this.#options.source, asOf, freshness } };
  }

  #ageOf({ asOfMs }: Entry<Document>): number {
    return this.#deps.clock.nowMs() - asOfMs;
  }
}
