import { sql } from "kysely";
import type { Migration } from "kysely";

/** Which client uses which parts of the schema, counted by day: see app/src/usage-book.ts. */
export const usage: Migration = {
  async up(db) {
    await sql`
      create table used_operations (
        signature text primary key,
        operation_name text,
        kind text not null,
        coordinates text[] not null,
        seen_on date not null
      )`.execute(db);
    await sql`
      create table operation_usage (
        used_on date not null,
        client_id text not null,
        signature text not null,
        count bigint not null check (count > 0),
        last_used_at timestamptz not null,
        primary key (used_on, client_id, signature)
      )`.execute(db);
    await sql`
      create table variable_usage (
        used_on date not null,
        client_id text not null,
        signature text not null,
        coordinate text not null,
        count bigint not null check (count > 0),
        primary key (used_on, client_id, signature, coordinate)
      )`.execute(db);
  },
};
