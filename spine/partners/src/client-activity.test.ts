import { parseInstant } from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import { createClientActivity } from "./client-activity.ts";

const logger = createLogger({ name: "test", level: "silent" });
const at = (time: string) => parseInstant(`2026-11-21T${time}:30Z`);
let opened: TestLedger;

beforeAll(async () => {
  opened = await openTestLedger();
}, 30_000);
afterAll(() => opened.close());

const openAt = (time: string) =>
  createClientActivity({ ledger: opened.ledger, clock: createFixedClock(at(time)), logger });

test("what several processes counted is told together: an hour of requests, and a minute of points", async () => {
  const [early, first, second] = [openAt("06:00"), openAt("07:59"), openAt("07:59")];
  early.note("acme", "answered", 50);
  first.note("acme", "answered", 10);
  first.note("acme", "failed", 5);
  second.note("acme", "answered", 1);
  second.note("acme", "refused", 0);
  second.note("idle", "refused", 0);
  await Promise.all([early.flush(), first.flush(), second.flush()]);
  await second.flush();
  const activity = await early.read(at("08:00"), ["acme", "idle", "never"]);
  expect(activity.get("acme")).toEqual({
    requests: 3,
    failed: 1,
    refused: 1,
    pointsLastMinute: 16,
    lastSeenAt: parseInstant("2026-11-21T07:59:00Z"),
  });
  expect(activity.get("idle")).toMatchObject({ requests: 0, refused: 1 });
  expect(activity.has("never")).toBe(false);
  const later = await early.read(at("09:30"), ["acme"]);
  expect(later.get("acme")).toMatchObject({ requests: 0, pointsLastMinute: 0 });
});

test("what the ledger does not take is counted on, and written when it does", async () => {
  const activity = openAt("10:00");
  activity.note("patient", "answered", 2);
  const { pool } = opened.ledger;
  await pool.query("alter table client_minutes rename to elsewhere", []);
  await expect(activity.flush()).rejects.toThrow("client_minutes");
  activity.note("patient", "answered", 2);
  await pool.query("alter table elsewhere rename to client_minutes", []);
  await activity.stop();
  const told = await activity.read(at("10:01"), ["patient"]);
  expect(told.get("patient")).toMatchObject({ requests: 2, pointsLastMinute: 4 });
});
