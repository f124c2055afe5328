import { instantOf, parseInstant } from "@crossdock/domain";
import { createFixedClock } from "@crossdock/runtime";
import { followedBook, MAX_BOOK_AGE_MS } from "./followed-book.ts";

const NOW = "2026-11-21T12:00:00.000Z";
const clock = createFixedClock(NOW);
const ago = (ms: number) => instantOf(new Date(Date.parse(NOW) - ms));
const bookOf = (agoMs: number, maxAgeMs: number | null = null) =>
  followedBook({ source: "wms", through: ago(agoMs) }, { maxAgeMs }, clock);

test("a record is as its source had it when the feed was read through, or when it was seen since", () => {
  const provenanceOf = bookOf(30_000);
  const told = { source: "wms", freshness: "CACHED" };
  expect(provenanceOf?.(ago(3_600_000))).toEqual({ ...told, asOf: ago(30_000) });
  expect(provenanceOf?.(ago(1_000))).toEqual({ ...told, asOf: ago(1_000) });
});

test("a book does not answer when its feed is silent, nor before its history is in it", () => {
  expect(bookOf(MAX_BOOK_AGE_MS)).not.toBeNull();
  expect(bookOf(MAX_BOOK_AGE_MS + 1)).toBeNull();
  expect(followedBook({ source: "wms", through: null }, { maxAgeMs: null }, clock)).toBeNull();
});

test("a book does not answer who wants it younger, and is not older for who would take it older", () => {
  expect(bookOf(5_000, 5_000)).not.toBeNull();
  expect(bookOf(5_001, 5_000)).toBeNull();
  expect(bookOf(MAX_BOOK_AGE_MS + 1, 10 * MAX_BOOK_AGE_MS)).toBeNull();
  expect(bookOf(0)?.(parseInstant(NOW)).asOf).toBe(NOW);
});
