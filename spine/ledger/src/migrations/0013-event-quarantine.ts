import { sql } from "kysely";
import type { Migration } from "kysely";

/**
 * Events that cannot be read, each with its row as it was found: followers pass over it, and a person decides.
 * And when what was recorded can be found by time: the log grows in order of time, which is what a BRIN is for.
 */
export const eventQuarantine: Migration = {
  async up(db) {
    await sql`
      create table event_quarantine (
        position bigint primary key,
        event_id text not null unique,
        event jsonb not null,
        reason text not null,
        found_at timestamptz not null,
        released_at timestamptz,
        released_by text,
        released_as bigint
      )`.execute(db);
    await sql`create index events_by_recording on events using brin (recorded_at)`.execute(db);
  },
};
