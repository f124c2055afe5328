import { sql } from "kysely";
import { SCHEMA } from "../ledger-pool.ts";
import type { Ledger } from "../ledger.ts";
import { openTestLedger, type TestLedger } from "./test-ledger.ts";

/** A test ledger for all tests of a suite: it is emptied between them, which takes a tenth of what opening one takes. */
export type SharedTestLedger = TestLedger & {
  /**
   * Makes it what it was when it was opened. Whatever works on it has to be closed before.
   */
  readonly empty: () => Promise<void>;
};

type TableName = { readonly name: string };
type Kept = { readonly name: string; readonly rows: string };

/** Of those tables only that have had rows since they were last emptied. */
const FILLED = `select format('%I.%I', n.nspname, c.relname) as name
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = '${SCHEMA}' and c.relkind = 'r' and pg_relation_size(c.oid) > 0`;
const SEQUENCES = `select format('%I.%I', schemaname, sequencename) as name
  from pg_sequences where schemaname = '${SCHEMA}' and last_value is not null`;

export async function openSharedTestLedger(): Promise<SharedTestLedger> {
  const opened = await openTestLedger();
  const { ledger } = opened;
  const made = await rowsOf(ledger);
  return { ...opened, empty: () => empty(ledger, made) };
}

/** What the migrations write, such as the head of a journal. */
async function rowsOf(ledger: Ledger): Promise<readonly Kept[]> {
  const kept: Kept[] = [];
  for (const name of await namesOf(ledger, FILLED)) {
    const { rows } = await ledger.pool.query<{ readonly rows: string | null }>(
      `select json_agg(t)::text as rows from ${name} t`,
    );
    const [read] = rows;
    if (read !== undefined && read.rows !== null) kept.push({ name, rows: read.rows });
  }
  return kept;
}

async function empty(ledger: Ledger, made: readonly Kept[]): Promise<void> {
  const filled = await namesOf(ledger, FILLED);
  const sequences = await namesOf(ledger, SEQUENCES);
  await ledger.transaction(async (trx) => {
    // The journal lets nobody take a row away; here it has to.
    await sql`set local session_replication_role = replica`.execute(trx);
    if (filled.length > 0) await sql.raw(`truncate ${filled.join(", ")} cascade`).execute(trx);
    for (const name of sequences) await sql.raw(`alter sequence ${name} restart`).execute(trx);
    for (const { name, rows } of made) {
      const table = sql.raw(name);
      await sql`insert into ${table} overriding system value
        select * from json_populate_recordset(null::${table}, ${rows}::json)`.execute(trx);
    }
  });
}

async function namesOf({ pool }: Ledger, query: string): Promise<readonly string[]> {
  const { rows } = await pool.query<TableName>(query);
  return rows.map(({ name }) => name);
}
