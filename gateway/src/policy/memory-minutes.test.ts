import { setTimeout as sleep } from "node:timers/promises";
import type { Counted } from "./counted-minutes.ts";
import { createMemoryMinutes } from "./memory-minutes.ts";

const SHORT_SECONDS = 0.05;

test("what is taken and given back within a minute is counted together, for each key by itself", () => {
  const minutes = createMemoryMinutes();
  minutes.consume("one", 30);
  minutes.reward("one", 10);
  expect(minutes.penalty("one", 1)).toMatchObject({ consumedPoints: 21 });
  expect(minutes.consume("other", 5)).toEqual({ consumedPoints: 5, msBeforeNext: 60_000 });
});

test("a minute ends when it began, however much is taken meanwhile, and gives back nothing then", async () => {
  const minutes = createMemoryMinutes(SHORT_SECONDS);
  const { msBeforeNext } = minutes.consume("one", 30) as Counted;
  await sleep(msBeforeNext / 2);
  expect((minutes.consume("one", 1) as Counted).msBeforeNext).toBeLessThan(msBeforeNext);
  await sleep(msBeforeNext);
  expect(minutes.reward("one", 30)).toMatchObject({ consumedPoints: 0 });
  expect(minutes.consume("one", 2)).toEqual({ consumedPoints: 2, msBeforeNext });
});
