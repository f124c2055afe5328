import { createFixedClock } from "@crossdock/runtime";
import { BUSY_MS, createActivity } from "./activity.ts";

test("sources are at rest when nothing has happened for a while, and busy again at the first sign", () => {
  const clock = createFixedClock("2026-11-21T08:00:00Z");
  const activity = createActivity(clock);
  expect(activity.isAtRest()).toBe(false);
  clock.advance(BUSY_MS + 1);
  expect(activity.isAtRest()).toBe(true);
  activity.note();
  expect(activity.isAtRest()).toBe(false);
});
