import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import { canonicalEntry, type AuditEntry } from "./audit-entry.ts";

/** An entry as the database's `append_audit` takes it. */
export type AuditRow = AuditEntry & {
  /** What is hashed. */
  readonly canonical: string;
};

/** For a statement that appends the entry beside other rows. */
export function auditRowOf(entry: AuditEntry): AuditRow {
  return { ...entry, canonical: canonicalEntry(entry) };
}

/**
 * Adds rows to the chain, in the transaction of the changes that they tell of. The head's row is held
 * until the commit, so that rows are chained in order of commit: call it after every other lock is taken,
 * that of the event log included. The hashes are made in the same statement, `append_audit` in the
 * ledger's migrations, which saves a trip; `verify-audit.ts` computes them again in code of its own.
 */
export async function appendAudit(
  trx: LedgerTransaction,
  ...entries: readonly AuditEntry[]
): Promise<void> {
  if (entries.length === 0) return;
  const rows = JSON.stringify(entries.map(auditRowOf));
  await sql`select append_audit(${rows}::jsonb)`.execute(trx);
}
