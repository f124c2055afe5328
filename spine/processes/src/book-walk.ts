import type { Ledger, LedgerTables } from "@crossdock/ledger";
import { sql, type SelectQueryBuilder } from "kysely";

/** A page of a walk through a book in order of keys, which no change of a document changes. */
export type WalkPage<Key extends string> = {
  /** Exclusive; `null` starts. */
  readonly after: Key | null;
  /** 1 to 500. */
  readonly first: number;
};

/** Of documents that one statement reads by their names. */
export const MAX_KEYS_READ = 500;

/** How many rows a bounded selection has: what lies beyond its limit is not looked at. */
export async function countRows(
  db: Ledger["db"],
  bounded: SelectQueryBuilder<LedgerTables, keyof LedgerTables, unknown>,
): Promise<number> {
  const { rows } = await sql<{ count: string }>`
    select count(*) as count from ${bounded} as bounded`.execute(db);
  return Number(rows[0]?.count ?? 0);
}
