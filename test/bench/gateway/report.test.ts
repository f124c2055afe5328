import type { Round } from "./contest.ts";
import { REFERENCE } from "./contestants.ts";
import { rowsOf } from "./report.ts";

const round = (perSecond: number, cpuMs: number): Round => ({
  requests: 100,
  wrong: 0,
  perSecond,
  cpuMs,
  p50Ms: 1,
  p99Ms: 2,
  ownCores: 0.5,
});
const memory = { rssBytes: 1_048_576, heapBytes: 0 };

test("a ratio is the median of each round's own: a machine that is slow for a while is slow for all", () => {
  const reference = [round(100, 4), round(10, 40), round(120, 3)];
  const other = [round(400, 1), round(40, 10), round(600, 1)];
  const rows = rowsOf([
    { name: REFERENCE, rounds: reference, ...memory },
    { name: "other", rounds: other, ...memory },
  ]);
  expect(rows[1]).toMatchObject({
    name: "other",
    perSecond: { value: 400, timesBetter: 4 },
    cpuMs: { value: 1, timesBetter: 4 },
    p50Ms: { value: 1, timesBetter: 1 },
    rssMb: { value: 1, timesBetter: 1 },
  });
});

test("without the reference there is nothing to measure in", () => {
  expect(() => rowsOf([{ name: "other", rounds: [round(1, 1)], ...memory }])).toThrow(REFERENCE);
});
