import { createFixedClock } from "@crossdock/runtime";
import { parseInstant } from "@crossdock/domain";
import { createSchedule, lastDue, whyNoSchedule } from "./schedule.ts";
import { logger } from "./testing/open-books.ts";

const atMs = (instant: string) => Date.parse(instant);

test("a run is due at its time in UTC, and is made up for within the hour", () => {
  const due = (now: string) => lastDue("0 2 * * *", atMs(now));
  expect(due("2026-11-22T01:59:59Z")).toBeNull();
  expect(due("2026-11-22T02:00:00Z")).toBe(atMs("2026-11-22T02:00:00Z"));
  expect(due("2026-11-22T02:59:59Z")).toBe(atMs("2026-11-22T02:00:00Z"));
  expect(due("2026-11-22T03:00:01Z")).toBeNull();
  expect(lastDue("*/10 * * * *", atMs("2026-11-22T02:35:00Z"))).toBe(atMs("2026-11-22T02:30:00Z"));
});

test("what is no cron expression, or never comes, says why", () => {
  expect(whyNoSchedule("0 2 * * *")).toBeNull();
  expect(whyNoSchedule("every night")).not.toBeNull();
  expect(whyNoSchedule("0 0 30 2 *")).toBe("it never comes");
});

test("a moment is asked for once by one process, and old runs go", async () => {
  const opened: (string | null)[] = [];
  const pruned: string[] = [];
  const schedule = createSchedule({
    schedule: { INVENTORY: "0 2 * * *" },
    log: {
      open: ({ dueAt }) => {
        opened.push(dueAt);
        return Promise.resolve(null);
      },
      prune: (before) => {
        pruned.push(before);
        return Promise.resolve(0);
      },
    },
    keepMs: 86_400_000,
    clock: createFixedClock(parseInstant("2026-11-22T02:00:30Z")),
    logger,
    everyMs: 1,
  });
  schedule.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  await schedule.stop();
  expect(opened).toEqual(["2026-11-22T02:00:00.000Z"]);
  expect(pruned).toEqual(["2026-11-21T02:00:30.000Z"]);
});
