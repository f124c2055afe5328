import { sql } from "kysely";
import type { Migration } from "kysely";

/** The operations that clients have had accepted, and those that they send beside them: see spine/partners. */
export const manifests: Migration = {
  async up(db) {
    await sql`
      create table operation_manifests (
        client_id text not null,
        version text not null,
        status text not null check (status in ('pushed', 'promoted', 'retired')),
        digest text not null,
        pushed_at timestamptz not null,
        promoted_at timestamptz,
        retired_at timestamptz,
        primary key (client_id, version)
      )`.execute(db);
    await sql`
      create index operation_manifests_promoted on operation_manifests (client_id)
        where status = 'promoted'`.execute(db);
    await sql`
      create table manifest_operations (
        client_id text not null,
        version text not null,
        id text not null,
        name text not null,
        type text not null check (type in ('query', 'mutation', 'subscription')),
        body text not null,
        points bigint not null,
        source_calls bigint not null,
        primary key (client_id, version, id),
        foreign key (client_id, version) references operation_manifests
      )`.execute(db);
    await sql`
      create table unknown_operations (
        client_id text not null,
        sha256 text not null,
        body text not null,
        times bigint not null,
        first_seen_at timestamptz not null,
        last_seen_at timestamptz not null,
        primary key (client_id, sha256)
      )`.execute(db);
  },
};
