import { createAuditVerifier } from "@crossdock/audit";
import type { Ledger } from "@crossdock/ledger";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import { sql } from "kysely";
import { createPauseBook, type PauseBook } from "./pause-book.ts";
import { createPauseDirectory } from "./pause-directory.ts";

const clock = createFixedClock("2026-11-21T08:00:00Z");
const logger = createLogger({ name: "test", level: "silent" });
const by = { actor: "ann", correlationId: "c1" };
const ERP = { scope: "LANE", name: "erp" } as const;
/** In every process within this. */
const KNOWN_WITHIN_MS = 2_000;

let opened: TestLedger;
let ledger: Ledger;
let book: PauseBook;
let rings = 0;
beforeAll(async () => {
  opened = await openTestLedger();
  ledger = opened.ledger;
  book = createPauseBook({ ledger, clock, ring: { due: () => (rings += 1) } });
});
afterAll(() => opened.close());
beforeEach(async () => {
  for (const pause of await book.list()) await book.resume(pause, by);
  rings = 0;
});

test("a pause is kept with who made it and why, and again is the same", async () => {
  const paused = await book.pause(ERP, "Stocktaking.", by);
  const again = await book.pause(ERP, "Really.", { ...by, actor: "bob" });
  expect(again).toEqual(paused);
  expect(await book.list()).toMatchObject([{ ...ERP, reason: "Stocktaking.", pausedBy: "ann" }]);
});

test("of many who pause at the same moment one does, and all are told the same", async () => {
  const all = await Promise.all([1, 2, 3, 4].map(() => book.pause(ERP, "Now.", by)));
  expect(new Set(all.map(({ id }) => id)).size).toBe(1);
  expect(await book.list()).toHaveLength(1);
});

test("what goes on is rung for, once; what was never paused is nothing", async () => {
  await book.pause(ERP, "Now.", by);
  const resumed = await book.resume(ERP, { ...by, actor: "bob" });
  expect(resumed?.resumed).toEqual({ at: clock.now(), by: "bob" });
  expect(await book.resume(ERP, by)).toEqual(resumed);
  expect(rings).toBe(1);
  expect(await book.list()).toEqual([]);
  expect(await book.resume({ scope: "PARTNER", name: "nobody" }, by)).toBeNull();
});

test.each([
  ["LANE", "warehouse"],
  ["SOURCE", ""],
  ["PARTNER", "two words"],
] as const)("there is no %s %j to pause", async (scope, name) => {
  await expect(book.pause({ scope, name }, "Now.", by)).rejects.toThrow("name");
});

test("every pause and every end of one is in the journal", async () => {
  await book.pause({ scope: "PARTNER", name: "acme" }, "Unpaid.", by);
  await book.resume({ scope: "PARTNER", name: "acme" }, by);
  const rows = await ledger.db
    .selectFrom("audit_journal")
    .select(["actor", "step", "outcome"])
    .where("outcome", "=", "PARTNER acme")
    .orderBy("sequence")
    .execute();
  expect(rows.map(({ actor, step }) => `${actor} ${step}`)).toEqual(["ann paused", "ann resumed"]);
  expect((await createAuditVerifier(ledger).verify(AbortSignal.timeout(5_000))).holds).toBe(true);
});

test("what had failed before a pause is as patient after it", async () => {
  await sql`
    insert into commands (id, type, version, lane, client_id, idempotency_key, fingerprint, requested_by,
      subject, data, accepted_at, correlation_id, status, due_at, failing_since)
    select 'held-' || n, 't', 1, lane, 'c', 'k' || n, 'f', 'u', 'order:' || n, '{}', now(), 'c', 'RETRYING',
      now(), now() - interval '2 hours'
    from (values (1, 'erp'), (2, 'wms')) as given (n, lane)`.execute(ledger.db);
  const hourAgo = { nowMs: () => Date.now() - 3_600_000 };
  const earlier = createPauseBook({
    ledger,
    clock: { ...hourAgo, now: () => new Date(hourAgo.nowMs()).toISOString() as never },
    ring: { due: () => undefined },
  });
  await earlier.pause(ERP, "Now.", by);
  expect(await book.countHeld(ERP)).toBe(1);
  await book.resume(ERP, by);
  const { rows } = await sql<{ lane: string; minutes: number }>`
    select lane, round(extract(epoch from now() - failing_since) / 60)::int as minutes
    from commands where id like 'held-%' order by lane`.execute(ledger.db);
  expect(rows).toEqual([
    { lane: "erp", minutes: 60 },
    { lane: "wms", minutes: 120 },
  ]);
});

test("another process knows of a pause, and of its end, at once or two seconds later", async () => {
  const directory = createPauseDirectory({ ledger, clock, logger });
  await directory.start();
  const heard: string[] = [];
  const known = (isPaused: boolean) =>
    new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        reject(new Error("Nobody was told."));
      }, KNOWN_WITHIN_MS);
      const silence = directory.onChange(({ name }) => {
        heard.push(name);
        if ((directory.pauseOf("SOURCE", "wms") !== null) !== isPaused) return;
        clearTimeout(late);
        silence();
        resolve();
      });
    });
  const target = { scope: "SOURCE", name: "wms" } as const;
  const paused = known(true);
  await book.pause(target, "Moving.", by);
  await paused;
  expect(directory.laneHeldBy("wms")?.reason).toBe("Moving.");
  expect(directory.laneHeldBy("erp")).toBeNull();
  const resumed = known(false);
  await book.resume(target, by);
  await resumed;
  expect(heard).toEqual(["wms", "wms"]);
  await directory.stop();
});
