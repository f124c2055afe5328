import { backoffMs } from "./backoff.ts";

const backoff = { baseMs: 500, maxMs: 60_000 };
const attempts = [1, 2, 3, 8, 9, 60];

test("the wait doubles with each attempt, up to its limit", () => {
  const longest = () => 1;
  expect(attempts.map((n) => backoffMs(backoff, n, null, longest))).toEqual([
    500, 1_000, 2_000, 60_000, 60_000, 60_000,
  ]);
});

test("half of the wait is left to chance", () => {
  expect(backoffMs(backoff, 2, null, () => 0)).toBe(500);
  expect(backoffMs(backoff, 2, null, () => 0.5)).toBe(750);
});

test("a source that names a later time is not asked before it", () => {
  expect(backoffMs(backoff, 1, 7_000, () => 0)).toBe(7_000);
  expect(backoffMs(backoff, 1, 10, () => 0)).toBe(250);
});
