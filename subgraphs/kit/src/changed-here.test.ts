import { createFixedClock } from "@crossdock/runtime";
import { createChangedHere } from "./changed-here.ts";
import { MAX_BOOK_AGE_MS } from "./followed-book.ts";

test("a record is behind a command until it was seen again, for as long as a book answers", () => {
  const clock = createFixedClock("2026-11-21T12:00:00Z");
  const changed = createChangedHere<string>(clock);
  const before = clock.now();
  expect(changed.isBehind("I1", before)).toBe(false);
  clock.advance(1_000);
  changed.note("I1");
  expect(changed.isBehind("I1", before)).toBe(true);
  expect(changed.isBehind("I2", before)).toBe(false);
  clock.advance(1_000);
  expect(changed.isBehind("I1", clock.now())).toBe(false);
  clock.advance(MAX_BOOK_AGE_MS);
  expect(changed.isBehind("I1", before)).toBe(false);
});
