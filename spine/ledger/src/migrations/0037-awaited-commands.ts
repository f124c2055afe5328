import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * What a source will only have later is no failure: thousands of parcels that no carrier has billed yet are not passed over at
 * each look for what fails.
 */
export const awaitedCommands: Migration = {
  async up(db) {
    await sql`drop index commands_failing`.execute(db);
    await sql`
      create index commands_failing on commands (failing_since, id)
      where failing_since is not null and status in ('RETRYING', 'RUNNING')
        and error_code is distinct from 'AWAITED'`.execute(db);
  },
};
