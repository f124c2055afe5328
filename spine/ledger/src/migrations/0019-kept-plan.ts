import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * A relay's pass is planned once. Left to itself the database plans it anew for each call, since it takes a plan for these
 * parameters to be a little cheaper: 4 ms each, of the embedded ledger's only session, instead of 0.6. What it reads is found by
 * the same indexes whatever is asked.
 */
export const keptPlan: Migration = {
  async up(db) {
    await sql`alter function take_due_commands set plan_cache_mode = force_generic_plan`.execute(
      db,
    );
  },
};
