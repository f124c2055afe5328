import { parseInstant, type Viewer } from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { createFixedClock, createLogger, createMetrics } from "@crossdock/runtime";
import { sql } from "kysely";
import { createAccessLog, readAccesses, type Access, type AccessQuery } from "./index.ts";

let opened: TestLedger;
const signal = new AbortController().signal;
const logger = createLogger({ name: "test", level: "silent" });

beforeAll(async () => {
  opened = await openTestLedger();
}, 30_000);
afterAll(() => opened.close());

const viewerOf = (clientId: string): Viewer => ({
  id: "u1",
  name: "Zoë Clerk",
  clientId,
  role: "portal",
  scopes: [],
  customers: [],
  expiresAt: parseInstant("2027-01-01T00:00:00Z"),
});

/** Each test has a day of its own. */
function openLog(day: string, { maxWaiting = 100, keepDays = 90 } = {}) {
  const clock = createFixedClock(parseInstant(`${day}T08:00:00Z`));
  const metrics = createMetrics({ processMetrics: false });
  const log = createAccessLog({
    ledger: opened.ledger,
    clock,
    logger,
    metrics,
    maxWaiting,
    keepDays,
  });
  const note = (request: object, subject: string | null, changes: object = {}) => {
    log.note({
      request,
      viewer: viewerOf("portal"),
      correlationId: "c1",
      access: "READ",
      operation: "Look",
      outcome: "OK",
      subject,
      ...changes,
    });
  };
  const written = (query: Partial<AccessQuery> = {}) =>
    all({ from: parseInstant(`${day}T00:00:00Z`), to: parseInstant(`${day}T23:59:59Z`), ...query });
  return { log, note, written, metrics };
}

async function rename(from: string, to: string): Promise<void> {
  await sql.raw(`alter table ${from} rename to ${to}`).execute(opened.ledger.db);
}

async function all(query: AccessQuery): Promise<readonly Access[]> {
  const rows: Access[] = [];
  for await (const row of readAccesses(opened.ledger, query, signal)) rows.push(row);
  return rows;
}

test("what a request reads is one row, each subject once; a change is another", async () => {
  const { log, note, written } = openLog("2026-01-01");
  const request = {};
  note(request, "order:1");
  note(request, "order:2");
  note(request, "order:1");
  note(request, "order:3", { access: "CHANGE" });
  note({}, null, { outcome: "NOT_FOUND", correlationId: "c2", viewer: viewerOf("partner") });
  await log.flush();
  const rows = await written();
  expect(rows).toMatchObject([
    {
      at: "2026-01-01T08:00:00.000Z",
      correlationId: "c1",
      clientId: "portal",
      viewerId: "u1",
      role: "portal",
      access: "READ",
      operation: "Look",
      outcome: "OK",
      subjects: ["order:1", "order:2"],
      dropped: 0,
    },
    { access: "CHANGE", subjects: ["order:3"] },
    { clientId: "partner", outcome: "NOT_FOUND", subjects: [] },
  ]);
  expect(JSON.stringify(rows)).not.toContain("Clerk");
  expect(await written({ clientId: "partner" })).toMatchObject([{ correlationId: "c2" }]);
  expect(await written({ subject: "order:2" })).toMatchObject([{ access: "READ" }]);
});

test("what finds no room is counted, in the metrics and between the rows", async () => {
  const { log, note, written, metrics } = openLog("2026-01-02", { maxWaiting: 3 });
  for (let one = 0; one < 5; one += 1) note({}, `order:${String(one)}`);
  await log.flush();
  note({}, "order:later");
  await log.flush();
  expect(await written()).toMatchObject([
    { subjects: ["order:0"] },
    { subjects: ["order:1"] },
    { subjects: ["order:2"] },
    { access: "UNKNOWN", outcome: "DROPPED", subjects: [], dropped: 2 },
    { subjects: ["order:later"], dropped: 0 },
  ]);
  expect(await written({ subject: "order:1" })).toHaveLength(2);
  expect(await metrics.metrics()).toContain("crossdock_accesses_dropped_total 2");
});

test("what the ledger does not take waits, and is written later, in order", async () => {
  const { log, note, written } = openLog("2026-01-03");
  await rename("data_accesses", "elsewhere");
  note({}, "order:1");
  await expect(log.flush()).rejects.toThrow("data_accesses");
  note({}, "order:2");
  await rename("elsewhere", "data_accesses");
  await log.stop();
  expect(await written()).toMatchObject([{ subjects: ["order:1"] }, { subjects: ["order:2"] }]);
});

test("many rows are read page by page, each once and in order", async () => {
  const { log, note, written } = openLog("2026-01-04", { maxWaiting: 2_000 });
  for (let one = 0; one < 1_203; one += 1) note({}, `order:${String(one)}`);
  await log.flush();
  const subjects = (await written()).flatMap((row) => row.subjects);
  expect(subjects).toEqual(Array.from({ length: 1_203 }, (_, one) => `order:${String(one)}`));
});

test("what is older than the horizon is forgotten, and the rest stays", async () => {
  const old = openLog("2025-01-01");
  old.note({}, "order:1");
  await old.log.flush();
  const { log, note, written } = openLog("2025-01-20", { keepDays: 7 });
  note({}, "order:2");
  await log.flush();
  expect(await log.forget(signal)).toBe(1);
  expect(await old.written()).toEqual([]);
  expect(await written()).toHaveLength(1);
});

test("no row is ever changed", async () => {
  const change = opened.ledger.db.updateTable("data_accesses").set({ viewer_id: "x" }).execute();
  await expect(change).rejects.toThrow("never changed");
});
