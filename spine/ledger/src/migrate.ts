import { DEFAULT_MIGRATION_TABLE, Migrator } from "kysely";
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
  if (await isUpToDate(pool)) return;
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

/**
 * Asked first, because the migrator reads the whole catalogue before it finds that there is nothing to do
 * (0.2 s of each embedded start). Names that this code does not know do not matter: while a new release is rolled
 * out, a process of the old one still starts.
 */
async function isUpToDate(pool: LedgerPool): Promise<boolean> {
  const table = `${SCHEMA}.${DEFAULT_MIGRATION_TABLE}`;
  const exists = await pool.query("select 1 where to_regclass($1) is not null", [table]);
  if (exists.rowCount === 0) return false;
  const { rows } = await pool.query<{ name: string }>(`select name from ${table}`);
  const applied = new Set(rows.map(({ name }) => name));
  return Object.keys(allMigrations).every((name) => applied.has(name));
}
