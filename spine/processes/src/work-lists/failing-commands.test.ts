import { parseCustomerNumber, parseInstant } from "@crossdock/domain";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { sql } from "kysely";
import { failingCommands } from "./failing-commands.ts";
import type { WorkQuery } from "./work-list.ts";

const NOW = parseInstant("2026-11-21T08:01:00Z");
const THRESHOLDS = { failingCommandsSeconds: 30 } as WorkQuery["thresholds"];
const ALL: WorkQuery = {
  customers: "all",
  now: NOW,
  thresholds: THRESHOLDS,
  after: null,
  limit: 10,
};

let opened: TestLedger;
beforeAll(async () => {
  opened = await openTestLedger();
}, 30_000);
afterAll(() => opened.close());

async function insert(
  id: string,
  status: string,
  failingSince: string | null,
  code = "SOURCE_UNAVAILABLE",
): Promise<void> {
  await sql`
    insert into commands (id, type, version, lane, client_id, idempotency_key, fingerprint, requested_by,
      customer_number, subject, data, status, accepted_at, due_at, correlation_id, failing_since,
      error_class, error_code, error_message)
    values (${id}, 'shipments.releaseOrder', 1, 'wms', 'us', ${id}, 'x', 'us', 'C10010', ${`order:${id}`}, '{}',
      ${status}, '2026-11-21T08:00:00Z', '2026-11-21T08:00:00Z', ${`c-${id}`}, ${failingSince}::timestamptz,
      'TECHNICAL', ${code}, 'The warehouse does not answer.')`.execute(opened.ledger.db);
}

test("what has failed for long enough is told with what kind of trouble it is and whose, longest first", async () => {
  await insert("SECOND", "RUNNING", "2026-11-21T08:00:20Z");
  await insert("FIRST", "RETRYING", "2026-11-21T08:00:10Z");
  await insert("YOUNG", "RETRYING", "2026-11-21T08:00:45Z");
  await insert("WELL", "RUNNING", null);
  await insert("AWAITING", "RETRYING", "2026-11-21T08:00:10Z", "AWAITED");
  const list = failingCommands(opened.ledger.db);
  const items = await list.list(ALL);
  expect(items.map(({ id }) => id)).toEqual(["FIRST", "SECOND"]);
  expect(items[0]).toMatchObject({
    subject: { typename: "Command", id: "FIRST" },
    since: "2026-11-21T08:00:10.000Z",
    thresholdSeconds: 30,
    correlationId: "c-FIRST",
    blame: { class: "TECHNICAL", code: "SOURCE_UNAVAILABLE", owner: "source", system: "wms" },
  });
  expect(await list.count(ALL)).toBe(2);

  const after = { since: items[0]?.since ?? "", id: "FIRST" };
  expect((await list.list({ ...ALL, after })).map(({ id }) => id)).toEqual(["SECOND"]);
  const others = [parseCustomerNumber("C10020")];
  expect(await list.list({ ...ALL, customers: others })).toEqual([]);
});
