import { DomainError, type CustomerNumber, type Viewer } from "@crossdock/domain";
import { encodeSnapshotCursor, type EventLog, type Position } from "@crossdock/events";

/** Entries of a book that are read, and held in memory for a subscriber, at a time. */
export const SNAPSHOT_PAGE = 100;
/** Entries that one snapshot may have. */
export const MAX_SNAPSHOT_ENTRIES = 10_000;

/** The present state of what a subscription is about, as our own books have it. */
export type Snapshot<Payload> = {
  /** Names the book in cursors, in lower-case letters. */
  readonly book: string;
  /** How many entries match, counted no further than `atMost`. */
  readonly count: (atMost: number) => Promise<number>;
  /**
   * In order of keys. No change of a document may change its key: what is in the book when the walk begins is
   * then met once, whatever happens meanwhile.
   * @param after exclusive; `null` starts
   * @param first 1 to `SNAPSHOT_PAGE`
   * @throws {InvalidCursorError} when `after` can be no key
   */
  readonly readPage: (after: string | null, first: number) => Promise<SnapshotPage<Payload>>;
};

export type SnapshotPage<Payload> = {
  /** What of the page may be told; it may be nothing, and more may follow. */
  readonly entries: readonly SnapshotEntry<Payload>[];
  /** The key that the next page comes after; `null` when the book ended. */
  readonly next: string | null;
};

export type SnapshotEntry<Payload> = {
  readonly key: string;
  /** What a subscriber gets of it. */
  readonly payload: (cursor: string) => Payload;
};

/** More matches than one snapshot may have: nothing of it was told. */
export class SnapshotTooLargeError extends DomainError {
  readonly code = "SNAPSHOT_TOO_LARGE";
  readonly retry = "never";
  override readonly extensions = { maxEntries: MAX_SNAPSHOT_ENTRIES };

  constructor() {
    super(
      `More than ${String(MAX_SNAPSHOT_ENTRIES)} entries match: narrow the filter, or read the lists in pages and subscribe without a snapshot.`,
    );
  }
}

/** Where a walk through a snapshot stands. `null`: it has not begun. */
export type WalkStart = { readonly head: Position; readonly key: string } | null;

export interface SnapshotWalk<Payload> {
  /**
   * @returns `null` when all of it is told; events after `head()` come next
   * @throws {SnapshotTooLargeError | InvalidCursorError}
   */
  next(): Promise<Payload | null>;
  /** Known from the first `next` on. */
  head(): Position | null;
}

/**
 * The log's head is read before the book: a page read later shows everything that the log had by then, and what a
 * page shows beyond that is told again by its event. So nothing falls between the snapshot and its events.
 * @param onPage called before each page is read
 */
export function walkSnapshot<Payload>(
  eventLog: Pick<EventLog, "head">,
  snapshot: Snapshot<Payload>,
  start: WalkStart,
  onPage: () => void,
): SnapshotWalk<Payload> {
  let head = start?.head ?? null;
  let page: SnapshotEntry<Payload>[] = [];
  let after = start?.key ?? null;
  let isLastPage = false;
  return {
    async next() {
      if (head === null) {
        head = await eventLog.head();
        const count = await snapshot.count(MAX_SNAPSHOT_ENTRIES + 1);
        if (count > MAX_SNAPSHOT_ENTRIES) throw new SnapshotTooLargeError();
      }
      while (page.length === 0 && !isLastPage) {
        onPage();
        const { entries, next } = await snapshot.readPage(after, SNAPSHOT_PAGE);
        page = [...entries];
        after = next;
        isLastPage = next === null;
      }
      const entry = page.shift();
      if (entry === undefined) return null;
      return entry.payload(encodeSnapshotCursor(snapshot.book, { head, key: entry.key }));
    },
    head: () => head,
  };
}

/**
 * A page of a walk whose documents are told as they were read.
 * @param read at most `first` documents in order of keys; as many, and there may be more
 */
export function pageOf<Document, Payload>(
  read: readonly Document[],
  first: number,
  entryOf: (document: Document) => SnapshotEntry<Payload>,
): SnapshotPage<Payload> {
  const entries = read.map(entryOf);
  return { entries, next: read.length < first ? null : (entries.at(-1)?.key ?? null) };
}

/** The accounts whose documents a subscription tells of; a filter by account never shows more than the viewer may see. */
export function accountsOf(
  viewer: Viewer,
  only: CustomerNumber | null,
): readonly CustomerNumber[] | "all" {
  if (only === null) return viewer.customers;
  return viewer.customers === "all" || viewer.customers.includes(only) ? [only] : [];
}
