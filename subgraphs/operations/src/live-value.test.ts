import { createLogger, sleep } from "@crossdock/runtime";
import { createLiveValue } from "./live-value.ts";

const logger = createLogger({ name: "test", level: "silent" });
const PAUSE_MS = 1_000;

/** A value that the test changes, and a count of how often it was computed. */
function counter({ tookMs = 0 } = {}) {
  let value = 1;
  let computed = 0;
  let listeners = 0;
  let onChange: () => void = () => undefined;
  const live = createLiveValue({
    compute: async () => {
      computed += 1;
      const now = value;
      if (tookMs > 0) await sleep(tookMs, never);
      return now;
    },
    printOf: String,
    listen: (tell) => {
      listeners += 1;
      onChange = tell;
      return Promise.resolve(() => {
        listeners -= 1;
      });
    },
    nowMs: () => performance.now(),
    logger,
  });
  return {
    live,
    computed: () => computed,
    listeners: () => listeners,
    change: (next: number) => {
      value = next;
      onChange();
    },
  };
}
const never = new AbortController().signal;
/** Longer than whoever follows it may wait for what has changed. */
const soonMs = 3 * PAUSE_MS;

test("however many follow it, it is computed once, and each is told of it at once and of each change", async () => {
  const { live, computed, change } = counter();
  const followers = Array.from({ length: 20 }, () => live.follow(AbortSignal.timeout(20_000)));
  const first = await Promise.all(followers.map((each) => each.next()));
  expect(new Set(first.map((step) => step.value as unknown))).toEqual(new Set([1]));
  expect(computed()).toBe(1);
  const next = Promise.all(followers.map((each) => each.next()));
  change(2);
  expect(new Set((await next).map((step) => step.value as unknown))).toEqual(new Set([2]));
  expect(computed()).toBe(2);
  await Promise.all(followers.map((each) => each.return?.()));
}, 20_000);

test("changes of one second are told as one, and what comes to the same is not told", async () => {
  const { live, change } = counter();
  const follower = live.follow(AbortSignal.timeout(20_000));
  await follower.next();
  const startedMs = performance.now();
  const next = follower.next();
  for (const value of [2, 3, 4]) change(value);
  expect(await next).toEqual({ done: false, value: 4 });
  expect(performance.now() - startedMs).toBeGreaterThan(PAUSE_MS / 2);
  const none = Promise.race([follower.next(), sleep(soonMs, never).then(() => "nothing")]);
  change(4);
  expect(await none).toBe("nothing");
  await follower.return?.();
}, 20_000);

test("nothing is computed and nobody listens once nobody follows, and who waits is let go", async () => {
  const { live, computed, listeners, change } = counter();
  const leaving = new AbortController();
  const follower = live.follow(leaving.signal);
  await follower.next();
  expect(listeners()).toBe(1);
  const waiting = follower.next();
  leaving.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  await sleep(PAUSE_MS, never);
  expect(listeners()).toBe(0);
  const before = computed();
  change(5);
  await sleep(2 * PAUSE_MS, never);
  expect(computed()).toBe(before);
}, 20_000);

test("what takes long to compute is computed less often", async () => {
  const tookMs = 200;
  const { live, computed, change } = counter({ tookMs });
  const follower = live.follow(AbortSignal.timeout(20_000));
  await follower.next();
  change(2);
  await sleep(soonMs, never);
  expect(computed()).toBeLessThanOrEqual(2);
  await follower.return?.();
}, 20_000);
