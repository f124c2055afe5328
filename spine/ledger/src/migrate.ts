import { Migrator } from "kysely";
import type { Kysely } from "kysely";
import { SCHEMA } from "./ledger-pool.ts";
import type { LedgerPool } from "./ledger-pool.ts";
import { allMigrations } from "./migrations/all.ts";
import type { LedgerTables } from "./tables/ledger-tables.ts";

/** Any number that nobody else uses for an advisory lock: "XDCK" in ASCII. */
const MIGRATION_LOCK = 0x5844434b;

/**
 * Kysely takes a lock of its own, but only after it has made its tables, and `create … if not exists`
 * fails when two sessions run it at the same moment: so our lock is around it all.
 */
export async function migrateToLatest(db: Kysely<LedgerTables>, pool: LedgerPool): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [MIGRATION_LOCK]);
    try {
      await client.query(`create schema if not exists ${SCHEMA}`);
      const migrator = new Migrator({
        db,
        provider: { getMigrations: () => Promise.resolve({ ...allMigrations }) },
        migrationTableSchema: SCHEMA,
      });
      const { error } = await migrator.migrateToLatest();
      if (error !== undefined) throw error;
    } finally {
      await client.query("select pg_advisory_unlock($1)", [MIGRATION_LOCK]);
    }
  } finally {
    client.release();
  }
}
