import { sql } from "kysely";
import type { Migration } from "kysely";

/** How a return goes on after it was asked for; rows from before have none, and wait for a person. */
export const returnsProcess: Migration = {
  async up(db) {
    await sql`alter table returns add column process jsonb`.execute(db);
    // What the warehouse may still tell something of: asked for at every sweep.
    await sql`
      create index returns_under_way on returns (id)
      where status in ('AUTHORIZED', 'RECEIVED')`.execute(db);
  },
};
