import type { Instant } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";

/** The books whose records are told from each other by one column, and stay in it when they are gone. */
const BOOKS = {
  product: { table: "product_book", key: "sku" },
  customer: { table: "customer_book", key: "number" },
} as const;
type Kind = keyof typeof BOOKS;

/** @returns of these names, those that are not in the book as they were changed then. @param names distinct, at most 1,000 */
export async function namesNotInBook<Key extends string>(
  db: Ledger["db"],
  kind: Kind,
  names: readonly { readonly key: Key; readonly modifiedAt: Instant }[],
): Promise<readonly Key[]> {
  const { table, key } = BOOKS[kind];
  const told = JSON.stringify(names);
  const { rows } = await sql<{ key: Key }>`
    select told.key
    from jsonb_to_recordset(${told}::jsonb) as told(key text, "modifiedAt" timestamptz)
    left join ${sql.table(table)} as known
      on known.${sql.ref(key)} = told.key and known.gone_at is null
    where known.modified_at is distinct from told."modifiedAt"`.execute(db);
  return rows.map((row) => row.key);
}

/**
 * Marks what a whole load did not meet. What was read since it began is there.
 * @param met the name of every record that the load met
 * @returns those that were there and are gone
 * @throws {ImplausibleLoadError} most of them would be
 */
export async function markGone<Key extends string>(
  trx: LedgerTransaction,
  kind: Kind,
  met: ReadonlySet<string>,
  { startedAt, at }: { readonly startedAt: Instant; readonly at: Instant },
): Promise<readonly Key[]> {
  const { table, key } = BOOKS[kind];
  const { rows } = await sql<{ key: Key }>`
    select ${sql.ref(key)} as key from ${sql.table(table)}
    where gone_at is null and read_at < ${startedAt}::timestamptz`.execute(trx);
  const gone = rows.map((row) => row.key).filter((name) => !met.has(name));
  checkPlausible(gone.length, met.size, table);
  if (gone.length > 0) {
    await sql`
      update ${sql.table(table)} set gone_at = ${at}::timestamptz
      where ${sql.ref(key)} = any(${gone})`.execute(trx);
  }
  return gone;
}

/** A whole load met less than half of what its book holds: rather the source shows us less than it has. */
export class ImplausibleLoadError extends Error {
  override readonly name = "ImplausibleLoadError";
}

/** @throws {ImplausibleLoadError} more would be gone than was met */
export function checkPlausible(gone: number, met: number, table: string): void {
  if (gone <= met) return;
  throw new ImplausibleLoadError(
    `A load of ${table} met ${String(met)} records and missed ${String(gone)}: none is taken out.`,
  );
}
