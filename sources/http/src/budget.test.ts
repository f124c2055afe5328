import { SourceRateLimitedError, type SourceLane } from "@crossdock/source-contract";
import { createBudget, type Budget } from "./budget.ts";
import { budgetOf } from "./source-budget.ts";

const limits = {
  calls: 10_000,
  windowMs: 60_000,
  burst: 1_000,
  concurrent: 1,
  writes: "posting",
  queued: 3,
  maxWaitMs: 400,
} as const;
const never = new AbortController().signal;

function spend(
  budget: Budget,
  lane: SourceLane,
  call: () => Promise<unknown> = () => Promise.resolve(lane),
  signal: AbortSignal = never,
  refusal: () => Error | null = () => null,
) {
  return budget.spend({ lane, operation: "read", signal, refusal }, call);
}

/** Holds the only place until it is told to leave it. */
function occupy(budget: Budget) {
  let leave: () => void = () => undefined;
  const done = spend(budget, "inquiry", () => new Promise<void>((resolve) => (leave = resolve)));
  return {
    leave: async () => {
      leave();
      await done;
    },
  };
}

test("a caller that leaves while it waits takes nobody's turn", async () => {
  const budget = createBudget("erp", budgetOf(limits));
  const place = occupy(budget);
  const leaving = new AbortController();
  const first = spend(budget, "inquiry", undefined, leaving.signal);
  const second = spend(budget, "inquiry");
  leaving.abort(new Error("left"));
  await expect(first).rejects.toThrow("left");
  await place.leave();
  await expect(second).resolves.toBe("inquiry");
  expect(budget.lanes().inquiry).toEqual({ waiting: 0, underWay: 0, refused: 0 });
});

test("the queue of a lane has an end, of which other lanes feel nothing", async () => {
  const budget = createBudget("erp", budgetOf(limits));
  const place = occupy(budget);
  const waiting = [1, 2, 3].map(() => spend(budget, "inquiry"));
  await expect(spend(budget, "inquiry")).rejects.toBeInstanceOf(SourceRateLimitedError);
  const posting = spend(budget, "posting");
  await place.leave();
  await expect(posting).resolves.toBe("posting");
  await Promise.all(waiting);
  expect(budget.lanes().inquiry.refused).toBe(1);
});

test("nobody waits longer than its lane allows", async () => {
  const refusals: string[] = [];
  const budget = createBudget("erp", budgetOf(limits), () => refusals.push("refused"));
  const place = occupy(budget);
  await expect(spend(budget, "inquiry")).rejects.toMatchObject({ retryAfterMs: 400 });
  expect(refusals).toEqual(["refused"]);
  await place.leave();
});

test("a pause longer than a call may wait refuses who waits, and who comes, at once", async () => {
  const budget = createBudget("erp", budgetOf(limits));
  const place = occupy(budget);
  const waiting = spend(budget, "posting");
  budget.pause(30_000);
  await expect(waiting).rejects.toBeInstanceOf(SourceRateLimitedError);
  const beganMs = performance.now();
  await expect(spend(budget, "posting")).rejects.toBeInstanceOf(SourceRateLimitedError);
  expect(performance.now() - beganMs).toBeLessThan(300);
  await place.leave();
});

test("a short pause is waited out", async () => {
  const budget = createBudget("erp", budgetOf(limits));
  const beganMs = performance.now();
  budget.pause(100);
  await expect(spend(budget, "posting")).resolves.toBe("posting");
  expect(performance.now() - beganMs).toBeGreaterThanOrEqual(99);
});

test("calls that become pointless wait no longer", async () => {
  const budget = createBudget("erp", budgetOf(limits));
  const place = occupy(budget);
  let reason: Error | null = null;
  const waiting = spend(budget, "posting", undefined, never, () => reason);
  reason = new Error("it does not answer");
  budget.reconsider();
  await expect(waiting).rejects.toThrow("it does not answer");
  await place.leave();
});

test("with a day nearly used up inquiry is refused while postings go on", async () => {
  const budget = createBudget("finance", budgetOf({ ...limits, callsPerDay: 5_000 }));
  budget.remaining({
    today: 0.35 * (86_400_000 - (Date.now() % 86_400_000)) * (5_000 / 86_400_000),
  });
  await expect(spend(budget, "posting")).resolves.toBe("posting");
  await expect(spend(budget, "inquiry")).rejects.toBeInstanceOf(SourceRateLimitedError);
  budget.remaining({ today: 0 });
  await expect(spend(budget, "posting")).rejects.toBeInstanceOf(SourceRateLimitedError);
});

test("calls beyond the burst are paced, and all of them go", async () => {
  const budget = createBudget(
    "erp",
    budgetOf({ ...limits, calls: 60, windowMs: 1_000, burst: 10, queued: 100, concurrent: 50 }),
  );
  const beganMs = performance.now();
  await Promise.all(Array.from({ length: 20 }, () => spend(budget, "inquiry")));
  // Ten beyond the burst at fifty a second.
  expect(performance.now() - beganMs).toBeGreaterThan(150);
});
