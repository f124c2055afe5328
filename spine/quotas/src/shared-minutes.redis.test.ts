import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { createLogger, createMetrics } from "@crossdock/runtime";
import { createSharedMinutes } from "./shared-minutes.ts";
import type { SharedMinutes } from "./shared-minutes.ts";

const logger = createLogger({ name: "quotas", level: "silent" });
const LOOK_MS = 10;
const MAX_LOOKS = 300;
const NOWHERE = "redis://127.0.0.1:1";

const opened: SharedMinutes[] = [];
afterEach(() => Promise.all(opened.splice(0).map((minutes) => minutes.close())));

function open(redisUrl: string, seconds = 60) {
  const metrics = createMetrics();
  const minutes = createSharedMinutes({ redisUrl, logger, metrics, seconds });
  opened.push(minutes);
  const isShared = async () => /^crossdock_quota_shared 1$/m.test(await metrics.metrics());
  return { minutes, isShared };
}

async function connected() {
  const { minutes, isShared } = open(process.env["REDIS_URL"] ?? "REDIS_URL is not set", 2);
  for (let looks = 0; looks < MAX_LOOKS && !(await isShared()); looks += 1) await sleep(LOOK_MS);
  return minutes;
}

test("what one process takes is taken for the other, and so is what it gives back", async () => {
  const [one, other] = [await connected(), await connected()];
  const key = randomUUID();
  expect((await one.consume(key, 30)).consumedPoints).toBe(30);
  const { consumedPoints, msBeforeNext } = await other.consume(key, 12);
  expect(consumedPoints).toBe(42);
  expect(msBeforeNext).toBeGreaterThan(0);
  expect(msBeforeNext).toBeLessThanOrEqual(2_000);
  expect((await other.reward(key, 10)).consumedPoints).toBe(32);
  expect((await one.penalty(key, 1)).consumedPoints).toBe(33);
});

test("a minute is whole again when it is over", async () => {
  const minutes = await connected();
  const key = randomUUID();
  const { msBeforeNext } = await minutes.consume(key, 30);
  await sleep(msBeforeNext + 50);
  expect((await minutes.consume(key, 1)).consumedPoints).toBe(1);
});

test("while Redis is away each process counts its own, and says so", async () => {
  const { minutes, isShared } = open(NOWHERE);
  const key = randomUUID();
  expect((await minutes.consume(key, 30)).consumedPoints).toBe(30);
  expect((await minutes.consume(key, 30)).consumedPoints).toBe(60);
  expect((await minutes.reward(key, 20)).consumedPoints).toBe(40);
  expect(await isShared()).toBe(false);
});
