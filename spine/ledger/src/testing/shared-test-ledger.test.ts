import { openSharedTestLedger, type SharedTestLedger } from "./shared-test-ledger.ts";

let opened: SharedTestLedger;
beforeAll(async () => {
  opened = await openSharedTestLedger();
});
afterAll(() => opened.close());

/** Every table's rows and every sequence's next number. */
async function contents(): Promise<unknown> {
  const { pool } = opened.ledger;
  const { rows: tables } = await pool.query<{ readonly name: string }>(
    "select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'crossdock' order by 1",
  );
  const found: Record<string, unknown> = {};
  for (const { name } of tables) {
    found[name] = (await pool.query(`select * from ${name} t order by t::text`)).rows;
  }
  const { rows: sequences } = await pool.query(
    "select sequencename, last_value from pg_sequences where schemaname = 'crossdock' order by 1",
  );
  return { found, sequences };
}

test("an emptied ledger is what a new one is, more than once", async () => {
  const { pool } = opened.ledger;
  const asOpened = await contents();
  for (let round = 0; round < 2; round += 1) {
    await pool.query("update audit_head set sequence = 7");
    await pool.query("delete from event_log_state");
    await pool.query(`insert into audit_journal (sequence, at, actor, step, command_id, command_type, outcome, correlation_id,
      payload_hash, hash) select 1, now(), a, a, a, a, a, a, a, a from (values ('any')) as given (a)`);
    await pool.query("insert into consumer_offsets values ('somebody', 1, now())");
    await pool.query("select nextval('return_numbers'), nextval('commands_sequence_seq')");
    expect(await contents()).not.toEqual(asOpened);
    await opened.empty();
    expect(await contents()).toEqual(asOpened);
  }
});
