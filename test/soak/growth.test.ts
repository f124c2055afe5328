import { growthBytes } from "./growth.ts";

const samples = (...heapBytes: readonly number[]) =>
  heapBytes.map((bytes, at) => ({ atMs: at * 1_000, heapBytes: bytes, residentBytes: 0 }));

test("what fills in the first half is no growth, and neither is what comes and goes", () => {
  expect(growthBytes(samples(0, 50, 90, 100, 100, 100, 100, 100))).toBe(0);
  expect(Math.abs(growthBytes(samples(0, 0, 0, 0, 110, 90, 90, 110)))).toBeLessThan(1);
});

test("what keeps growing is told by how much it grew over the second half", () => {
  expect(growthBytes(samples(0, 10, 20, 30, 40, 50, 60, 70))).toBeCloseTo(30);
});
