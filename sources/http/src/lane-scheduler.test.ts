import { SOURCE_LANES, type SourceLane } from "@crossdock/source-contract";
import fc from "fast-check";
import { createLaneScheduler, type Waiting } from "./lane-scheduler.ts";
import { budgetOf, withoutLanes } from "./source-budget.ts";

type Call = Waiting & { readonly id: number };
const PLENTY = { calls: 1e9, windowMs: 60_000, burst: 1e8, queued: 1e6, maxWaitMs: 1e6 };
const five = budgetOf({ ...PLENTY, concurrent: 5, writes: "posting" });

function scheduler(budget = five) {
  const lanes = createLaneScheduler<Call>(budget, 0);
  let ids = 0;
  const ask = (lane: SourceLane, sinceMs = 0): Call => {
    ids += 1;
    const call = { lane, sinceMs, id: ids };
    lanes.add(call);
    return call;
  };
  const goers = (nowMs: number) => {
    const gone: Call[] = [];
    for (let call = lanes.next(nowMs); call !== null; call = lanes.next(nowMs)) gone.push(call);
    return gone;
  };
  return { lanes, ask, goers };
}

const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("ask" as const), lane: fc.constantFrom(...SOURCE_LANES) }),
    fc.record({ kind: fc.constant("leave" as const), at: fc.nat(20) }),
    fc.record({ kind: fc.constant("abort" as const), at: fc.nat(20) }),
    fc.record({ kind: fc.constant("refused" as const) }),
    fc.record({ kind: fc.constant("later" as const), ms: fc.nat(3_000) }),
  ),
  { maxLength: 200 },
);

test("never more at once than the source bears, each call goes once, in its lane's order, and none is lost", () => {
  fc.assert(
    fc.property(
      steps,
      fc.integer({ min: 1, max: 9 }),
      fc.boolean(),
      (played, concurrent, isOne) => {
        const budget = budgetOf({ ...PLENTY, concurrent, writes: "command" });
        const { lanes, ask, goers } = scheduler(isOne ? withoutLanes(budget) : budget);
        const waiting = new Set<Call>();
        const underWay: Call[] = [];
        const gone: Call[] = [];
        let nowMs = 0;
        const go = () => {
          for (const call of goers(nowMs)) {
            expect(waiting.delete(call)).toBe(true);
            underWay.push(call);
            gone.push(call);
          }
          expect(underWay.length).toBeLessThanOrEqual(concurrent);
        };
        const leave = (at: number) => {
          const [call] = underWay.splice(at % Math.max(underWay.length, 1), 1);
          if (call !== undefined) lanes.leave(call.lane);
        };
        for (const step of played) {
          if (step.kind === "ask") waiting.add(ask(step.lane, nowMs));
          if (step.kind === "leave") leave(step.at);
          if (step.kind === "refused") lanes.refused(nowMs);
          if (step.kind === "later") nowMs += step.ms;
          if (step.kind === "abort") {
            const call = [...waiting][step.at];
            if (call !== undefined) {
              waiting.delete(call);
              lanes.remove(call);
            }
          }
          go();
        }
        while (underWay.length > 0) {
          leave(0);
          go();
        }
        expect(waiting.size).toBe(0);
        for (const lane of SOURCE_LANES) {
          const ids = gone.filter((call) => call.lane === lane).map(({ id }) => id);
          expect(ids).toEqual([...ids].sort((left, right) => left - right));
        }
      },
    ),
    { numRuns: 300 },
  );
});

test("a flood of inquiries leaves the places of postings free", () => {
  const { ask, goers } = scheduler();
  for (let at = 0; at < 100; at += 1) ask("inquiry");
  expect(goers(0)).toHaveLength(3);
  ask("posting");
  ask("posting");
  expect(goers(0).map(({ lane }) => lane)).toEqual(["posting", "posting"]);
});

test("without lanes a posting waits behind every inquiry", () => {
  const { lanes, ask, goers } = scheduler(withoutLanes(five));
  for (let at = 0; at < 10; at += 1) ask("inquiry", at);
  ask("posting", 10);
  expect(goers(10)).toHaveLength(5);
  for (let at = 0; at < 5; at += 1) lanes.leave("inquiry");
  expect(goers(10).map(({ lane }) => lane)).toEqual(Array(5).fill("inquiry"));
});

test("a flood of postings leaves a place for inquiry", () => {
  const { ask, goers } = scheduler();
  for (let at = 0; at < 100; at += 1) ask("posting");
  expect(goers(0)).toHaveLength(4);
  ask("inquiry");
  expect(goers(0).map(({ lane }) => lane)).toEqual(["inquiry"]);
});

test("where one call at a time is borne, lanes take turns by rank, and the lowest is not starved", () => {
  const { lanes, ask, goers } = scheduler(
    budgetOf({ ...PLENTY, concurrent: 1, writes: "posting" }),
  );
  ask("masterData", 0);
  expect(goers(0)).toHaveLength(1);
  ask("masterData", 0);
  const order: SourceLane[] = [];
  for (let turn = 1; turn <= 12; turn += 1) {
    const nowMs = turn * 300;
    ask("posting", nowMs);
    ask("inquiry", nowMs);
    lanes.leave(order.at(-1) ?? "masterData");
    const [call] = goers(nowMs);
    if (call !== undefined) order.push(call.lane);
  }
  expect(order.slice(0, 3)).toEqual(["posting", "posting", "posting"]);
  expect(order).toContain("masterData");
  expect(order).toContain("inquiry");
});

test("after a refusal half as many go at once, and one more every five seconds", () => {
  const { lanes, ask, goers } = scheduler(
    withoutLanes(budgetOf({ ...PLENTY, concurrent: 8, writes: "command" })),
  );
  for (let at = 0; at < 100; at += 1) ask("inquiry");
  lanes.refused(0);
  lanes.refused(10); // of the same burst
  expect(goers(10)).toHaveLength(4);
  expect(goers(5_000)).toHaveLength(1);
  expect(goers(20_000)).toHaveLength(3);
  expect(goers(60_000)).toHaveLength(0);
});
