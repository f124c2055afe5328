import { instantOf } from "@crossdock/domain";
import { countingCalls, createReadTally, noteSourceCall } from "./read-tally.ts";

test("calls count for the request that they are made for, and for no other", async () => {
  const [first, second] = [createReadTally(), createReadTally()];
  const twoCalls = async () => {
    noteSourceCall();
    await Promise.resolve();
    noteSourceCall();
  };
  noteSourceCall();
  await Promise.all([countingCalls(first, twoCalls), countingCalls(second, twoCalls)]);
  expect([first.sourceCalls, second.sourceCalls]).toEqual([2, 2]);
});

test("of stale values it keeps how many there are, and since when the oldest of a source is known", () => {
  const tally = createReadTally();
  const [early, late] = [instantOf(new Date(1_000)), instantOf(new Date(2_000))];
  tally.noteStale("erp", late);
  tally.noteStale("erp", early);
  tally.noteStale("wms", late);
  expect(tally.stale).toBe(3);
  expect([...tally.staleSince]).toEqual([
    ["erp", early],
    ["wms", late],
  ]);
});

test("what another process took for the same request is added", () => {
  const [here, there] = [createReadTally(), createReadTally()];
  const [early, late] = [instantOf(new Date(1_000)), instantOf(new Date(2_000))];
  here.noteCall();
  here.noteStale("erp", late);
  there.noteCall();
  there.noteCached();
  there.noteMissing("tax");
  there.noteStale("erp", early);
  here.add(there);
  expect(here).toMatchObject({ sourceCalls: 2, cached: 1, stale: 2 });
  expect([...here.staleSince]).toEqual([["erp", early]]);
  expect([...here.missing]).toEqual(["tax"]);
});
