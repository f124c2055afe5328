import { parseInstant } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import { sql } from "kysely";
import {
  appendAudit,
  createAuditVerifier,
  type AuditEntry,
  type AuditVerification,
} from "./index.ts";

let opened: TestLedger;
const signal = new AbortController().signal;

beforeAll(async () => {
  opened = await openTestLedger();
}, 30_000);
afterAll(() => opened.close());

/** Each test has an empty journal, in a transaction that is taken back. */
async function inJournal(
  steps: readonly string[],
  work: (journal: Journal) => Promise<void>,
): Promise<void> {
  const done = new Error("Take it back.");
  const taken = opened.ledger.transaction(async (trx) => {
    const verifier = createAuditVerifier({ db: trx });
    for (const step of steps) await appendAudit(trx, entryOf(step));
    await work({ trx, verify: () => verifier.verify(signal) });
    throw done;
  });
  await expect(taken).rejects.toBe(done);
}

type Journal = {
  readonly trx: LedgerTransaction;
  readonly verify: () => Promise<AuditVerification>;
};
const THREE = ["accepted", "claimed", "settled"];

function entryOf(step: string): AuditEntry {
  return {
    at: parseInstant("2026-11-21T08:00:01Z"),
    actor: 'Zoë "the\nclerk" \\ 火',
    step,
    commandId: "01J",
    commandType: "orders.submitOrder",
    outcome: "ACCEPTED",
    correlationId: "c1",
    payloadHash: "ab".repeat(32),
  };
}

/** As one who owns the database can do it. */
async function tamper(trx: LedgerTransaction, statement: string): Promise<void> {
  await sql`alter table audit_journal disable trigger all`.execute(trx);
  await sql.raw(statement).execute(trx);
}

test("the chain of untouched rows holds", () =>
  inJournal(THREE, async ({ trx, verify }) => {
    const { hash } = await trx.selectFrom("audit_head").selectAll().executeTakeFirstOrThrow();
    expect(await verify()).toEqual({ rows: 3, holds: true, hash, broken: null });
  }));

test("an empty journal holds", () =>
  inJournal([], async ({ verify }) => {
    expect(await verify()).toMatchObject({ rows: 0, holds: true });
  }));

test.each([
  "at = at + interval '1 millisecond'",
  "actor = 'Zoe'",
  "step = 'claimeD'",
  "command_id = '01K'",
  "command_type = 'x'",
  "outcome = 'ACCEPTEE'",
  "correlation_id = 'c2'",
  "payload_hash = 'ac' || substr(payload_hash, 3)",
  "hash = 'g' || substr(hash, 2)",
])("a row with a changed byte is found and named: %s", (change) =>
  inJournal(THREE, async ({ trx, verify }) => {
    await tamper(trx, `update audit_journal set ${change} where sequence = 2`);
    expect(await verify()).toMatchObject({
      rows: 2,
      holds: false,
      broken: { sequence: "2", reason: "the row is not what was written" },
    });
  }),
);

test.each(["2", "3"])("a deleted row is missed: %s", (sequence) =>
  inJournal(THREE, async ({ trx, verify }) => {
    await tamper(trx, `delete from audit_journal where sequence = ${sequence}`);
    expect(await verify()).toMatchObject({
      holds: false,
      broken: { sequence, reason: "the row is missing" },
    });
  }),
);

test("a row that somebody else appended is found and named", () =>
  inJournal(THREE, async ({ trx, verify }) => {
    await tamper(
      trx,
      `insert into audit_journal select 4, at, actor, step, command_id, command_type, outcome,
        correlation_id, payload_hash, hash from audit_journal where sequence = 3`,
    );
    expect(await verify()).toMatchObject({
      rows: 4,
      holds: false,
      broken: { sequence: "4", reason: "the row was never written by this program" },
    });
  }));

test.each([
  "update audit_journal set actor = 'x'",
  "delete from audit_journal",
  "truncate audit_journal",
])("the journal takes no %s", async (statement) => {
  await expect(sql.raw(statement).execute(opened.ledger.db)).rejects.toThrow("append-only");
});

test("a changed row behind the first page is found", () =>
  inJournal(Array.from({ length: 1_002 }, String), async ({ trx, verify }) => {
    expect(await verify()).toMatchObject({ rows: 1_002, holds: true });
    await tamper(trx, "update audit_journal set actor = 'x' where sequence = 1001");
    expect(await verify()).toMatchObject({ holds: false, broken: { sequence: "1001" } });
  }));

// Last: what it writes stays.
test("rows of many writers are one chain, without a gap for what was undone", async () => {
  const { ledger } = opened;
  await Promise.all(
    Array.from({ length: 30 }, (_, index) =>
      ledger
        .transaction(async (trx) => {
          await appendAudit(trx, entryOf(String(index)));
          if (index % 3 === 0) throw new Error("undone");
        })
        .catch(() => undefined),
    ),
  );
  const verification = await createAuditVerifier(ledger).verify(signal);
  expect(verification).toMatchObject({ rows: 20, holds: true });
});
