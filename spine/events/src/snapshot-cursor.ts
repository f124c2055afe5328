import { InvalidCursorError, parsePosition, type Position } from "./position.ts";

/**
 * Where a reader stands in a snapshot that is followed by events: those after `head` come when the rest of the
 * book has been told.
 */
export type SnapshotPlace = {
  /** Where the log stood before the first page of the book was read. */
  readonly head: Position;
  /** The key of the last entry that the reader has; the book is told in order of keys. */
  readonly key: string;
};

/** Unlike a plain cursor's: neither reads as the other. */
const PREFIX = "s1";
const MAX_KEY_CHARACTERS = 200;
const FORM = new RegExp(
  `^${PREFIX}:([a-z]+):(\\d+):(\\P{Cc}{1,${String(MAX_KEY_CHARACTERS)}})$`,
  "u",
);

/** @param book lower-case letters, such as `orders`: a place in one book is none in another */
export function encodeSnapshotCursor(book: string, { head, key }: SnapshotPlace): string {
  return Buffer.from(`${PREFIX}:${book}:${head}:${key}`).toString("base64url");
}

/**
 * @returns `null` when this is no cursor of a snapshot: it may be a plain one
 * @throws {InvalidCursorError} when it is one of another book, or was tampered with
 */
export function decodeSnapshotCursor(book: string, cursor: string): SnapshotPlace | null {
  const text = Buffer.from(cursor, "base64url").toString("utf8");
  if (!text.startsWith(`${PREFIX}:`)) return null;
  const [, of, head = "", key = ""] = FORM.exec(text) ?? [];
  const isCanonical = Buffer.from(text).toString("base64url") === cursor;
  if (of !== book || !isCanonical) throw new InvalidCursorError();
  try {
    return { head: parsePosition(head), key };
  } catch {
    throw new InvalidCursorError();
  }
}
