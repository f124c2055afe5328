import { sql } from "kysely";
import type { Migration } from "kysely";

/** Whom the distributor works with by program, and their API keys: see spine/partners. */
export const partners: Migration = {
  async up(db) {
    await sql`
      create table partners (
        client_id text primary key,
        name text not null,
        customers text[] not null,
        scopes text[] not null,
        operations text not null
          check (operations in ('open', 'log', 'safelist', 'persistedOnly')),
        points_per_minute integer not null check (points_per_minute > 0),
        concurrent_operations integer not null check (concurrent_operations > 0),
        source_calls_per_minute integer check (source_calls_per_minute > 0),
        suspended_at timestamptz,
        created_at timestamptz not null
      )`.execute(db);
    await sql`
      create table api_keys (
        id text primary key,
        client_id text not null references partners (client_id),
        secret_hash bytea not null,
        created_at timestamptz not null,
        expires_at timestamptz,
        revoked_at timestamptz,
        last_used_at timestamptz
      )`.execute(db);
    await sql`
      create index api_keys_by_client on api_keys (client_id, created_at)`.execute(db);
  },
};
