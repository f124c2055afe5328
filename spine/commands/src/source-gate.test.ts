import { createSourceGate, type SourceGate } from "./source-gate.ts";
import { AnswerError } from "./testing/outcomes.ts";

const LONG_MS = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

const away = new AnswerError("TECHNICAL");
const unknown = new AnswerError("UNKNOWN_OUTCOME");

function fail(gate: SourceGate, error: unknown, times: number): void {
  for (let at = 0; at < times; at += 1) gate.failed(error);
}

/** Asks for `count` turns. @returns how many of them may go by then, and have not left */
function ask(gate: SourceGate, count: number): () => Promise<number> {
  let passed = 0;
  for (let at = 0; at < count; at += 1) {
    void gate.turn().then(() => {
      passed += 1;
    });
  }
  return async () => {
    await jest.advanceTimersByTimeAsync(0);
    return passed;
  };
}

test("everybody may go while the source answers, and after a failure or two", async () => {
  const gate = createSourceGate({ random: () => 0 });
  fail(gate, away, 4);
  gate.answered();
  fail(gate, away, 4);
  expect(await ask(gate, 10)()).toBe(10);
});

test("a source that is away is tried by one at a time, ever less often, until it answers", async () => {
  const gate = createSourceGate({ random: () => 0 });
  fail(gate, away, 5);
  let passed = 0;
  for (let at = 0; at < 100; at += 1) {
    void gate.turn().then((leave) => {
      passed += 1;
      gate.failed(away);
      leave();
    });
  }
  await jest.advanceTimersByTimeAsync(249);
  expect(passed).toBe(0);
  await jest.advanceTimersByTimeAsync(1);
  expect(passed).toBe(1);
  await jest.advanceTimersByTimeAsync(LONG_MS);
  expect(passed).toBeLessThan(30);
  gate.answered();
  await jest.advanceTimersByTimeAsync(0);
  expect(passed).toBe(100);
});

test("one that is tried and does not come as far as the source gives its turn to the next", async () => {
  const gate = createSourceGate({ random: () => 0 });
  fail(gate, away, 5);
  await jest.advanceTimersByTimeAsync(LONG_MS);
  const leave = await gate.turn();
  const others = ask(gate, 3);
  expect(await others()).toBe(0);
  leave();
  expect(await others()).toBe(1);
  gate.answered();
  expect(await others()).toBe(3);
});

test("a wait that the source names is kept, up to half a minute", async () => {
  const gate = createSourceGate({ random: () => 0 });
  fail(gate, new AnswerError("RATE_LIMIT", 20_000), 5);
  const waiting = ask(gate, 3);
  await jest.advanceTimersByTimeAsync(19_999);
  expect(await waiting()).toBe(0);
  await jest.advanceTimersByTimeAsync(1);
  expect(await waiting()).toBe(1);

  gate.failed(new AnswerError("RATE_LIMIT", 3_600_000));
  const later = ask(gate, 1);
  await jest.advanceTimersByTimeAsync(29_999);
  gate.failed(away);
  expect(await later()).toBe(0);
  await jest.advanceTimersByTimeAsync(1);
  gate.answered();
  expect(await later()).toBe(1);
});

test("what may have been sent says nothing of whether the source is there", async () => {
  const gate = createSourceGate({ random: () => 0 });
  fail(gate, unknown, 50);
  fail(gate, new Error("a bug"), 50);
  expect(await ask(gate, 10)()).toBe(10);
});

test("whoever waits is let go when the worker stops", async () => {
  const gate = createSourceGate({ random: () => 0 });
  fail(gate, away, 5);
  const waiting = ask(gate, 10);
  expect(await waiting()).toBe(0);
  gate.release();
  expect(await waiting()).toBe(10);
});
