import { SOURCE_LANES, type SourceLane } from "@crossdock/source-contract";
import fc from "fast-check";
import { createLaneTokens } from "./lane-tokens.ts";
import { budgetOf, withoutLanes, type SourceBudget } from "./source-budget.ts";

const base = { windowMs: 60_000, concurrent: 5, queued: 100, maxWaitMs: 10_000 } as const;
const budgets = fc
  .record({
    calls: fc.integer({ min: 4, max: 400 }),
    burstPart: fc.double({ min: 0.05, max: 0.6, noNaN: true }),
    writes: fc.constantFrom("posting" as const, "command" as const),
    hasLanes: fc.boolean(),
  })
  .map(({ calls, burstPart, writes, hasLanes }): SourceBudget => {
    const burst = Math.max(1, Math.floor(calls * burstPart));
    const budget = budgetOf({ ...base, calls, burst, writes });
    return hasLanes ? budget : withoutLanes(budget);
  });
const attempts = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 4_000 }),
    lane: fc.constantFrom(...SOURCE_LANES),
    times: fc.integer({ min: 1, max: 60 }),
  }),
  { minLength: 1, maxLength: 120 },
);

test("no window, wherever it begins, has more calls than the budget", () => {
  fc.assert(
    fc.property(budgets, attempts, (budget, tries) => {
      const tokens = createLaneTokens(budget, 0);
      const taken: number[] = [];
      let nowMs = 0;
      for (const { afterMs, lane, times } of tries) {
        nowMs += afterMs;
        for (let at = 0; at < times; at += 1) if (tokens.take(lane, nowMs)) taken.push(nowMs);
      }
      for (const [first, fromMs] of taken.entries()) {
        const inWindow = taken.slice(first).filter((at) => at < fromMs + budget.windowMs).length;
        expect(inWindow).toBeLessThanOrEqual(budget.calls);
      }
    }),
    { numRuns: 200 },
  );
});

test("a lane that was quiet for the time of one of its calls has one at once, whatever the others do", () => {
  fc.assert(
    fc.property(
      attempts,
      fc.constantFrom<SourceLane>(...SOURCE_LANES),
      fc.integer({ min: 60, max: 6_000 }),
      (tries, quiet, calls) => {
        const burst = Math.max(12, Math.floor(calls / 5));
        const budget = budgetOf({ ...base, calls, burst, writes: "posting" });
        const tokens = createLaneTokens(budget, 0);
        while (tokens.take(quiet, 0));
        let nowMs = 0;
        for (const { afterMs, lane, times } of tries) {
          nowMs += afterMs;
          if (lane === quiet) continue;
          for (let at = 0; at < times; at += 1) tokens.take(lane, nowMs);
        }
        const perMs = (budget.lanes[quiet].share * (calls - burst)) / budget.windowMs;
        if (nowMs * perMs < 1) return;
        expect(tokens.take(quiet, nowMs)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

/** 15 bills a minute, each up to 6 s late, beside feeds and inquiries that take all they get. @returns what each waited */
function postBesideAFlood(budget: SourceBudget): number[] {
  const stepMs = 10;
  const bills = Array.from({ length: 400 }, (_, at) => at * 4_000 + ((at * 2_477) % 6_000)).sort(
    (left, right) => left - right,
  );
  const tokens = createLaneTokens(budget, 0);
  const waits: number[] = [];
  for (let nowMs = 0; bills.length > waits.length; nowMs += stepMs) {
    for (;;) {
      const comesMs = bills[waits.length] ?? Infinity;
      if (comesMs > nowMs || !tokens.take("posting", nowMs)) break;
      waits.push(nowMs - comesMs);
    }
    if (nowMs % 4_000 === 0) tokens.take("feed", nowMs);
    tokens.take("inquiry", nowMs);
    tokens.take("inquiry", nowMs);
  }
  return waits.sort((left, right) => left - right);
}

test("bills at the pace of posting's own part wait for no token beside a flood, and do without lanes", () => {
  const budget = budgetOf({ ...base, calls: 60, burst: 12, writes: "posting" });
  const waits = postBesideAFlood(budget);
  expect(waits[Math.floor(waits.length * 0.95)]).toBeLessThanOrEqual(10);
  expect(waits.at(-1)).toBeLessThan(1_000);
  const inOneQueue = postBesideAFlood(withoutLanes(budget));
  expect(inOneQueue[Math.floor(inOneQueue.length / 2)]).toBeGreaterThan(500);
});

test("a lane alone gets everything that the budget has", () => {
  const budget = budgetOf({ ...base, calls: 60, burst: 12, writes: "posting" });
  const tokens = createLaneTokens(budget, 0);
  let taken = 0;
  for (let atMs = 0; atMs < 600_000; atMs += 50) if (tokens.take("inquiry", atMs)) taken += 1;
  // Ten minutes of the 48 that are spread, and what it had at first, without what others keep.
  expect(taken).toBeGreaterThanOrEqual(480);
  expect(taken).toBeLessThanOrEqual(492);
});

test("how long a lane waits is no less than until it has a token", () => {
  const budget = budgetOf({ ...base, calls: 60, burst: 12, writes: "posting" });
  const tokens = createLaneTokens(budget, 0);
  while (tokens.take("inquiry", 0));
  const waitMs = tokens.waitMs("inquiry", 0);
  expect(waitMs).toBeGreaterThan(0);
  expect(tokens.take("inquiry", waitMs + 0.01)).toBe(true);
});

test("when the source has little left, inquiry has none while postings have all of theirs", () => {
  const budget = budgetOf({ ...base, calls: 60, burst: 30, writes: "posting" });
  const tokens = createLaneTokens(budget, 0);
  tokens.atMost(5, 0);
  expect(tokens.take("inquiry", 0)).toBe(false);
  const posted = Array.from({ length: 8 }, () => tokens.take("posting", 0)).filter(Boolean);
  expect(posted).toHaveLength(5);
});

test.each([
  [10, 10],
  [5, 0],
])("%i calls with a burst of %i would never be filled again, or never go", (calls, burst) => {
  const budget = budgetOf({ ...base, calls, burst, writes: "posting" });
  expect(() => createLaneTokens(budget, 0)).toThrow(RangeError);
});
