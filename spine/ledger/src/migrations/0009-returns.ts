import { sql } from "kysely";
import type { Migration } from "kysely";

/** What buyers want to send back: see spine/processes. */
export const returns: Migration = {
  async up(db) {
    await sql`create sequence return_numbers`.execute(db);
    await sql`
      create table returns (
        id text primary key,
        number text not null unique,
        order_id text not null,
        customer_number text not null,
        status text not null,
        lines jsonb not null,
        requested_at timestamptz not null
      )`.execute(db);
    await sql`create index returns_by_order on returns (order_id)`.execute(db);
  },
};
