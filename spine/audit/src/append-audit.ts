import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import { canonicalEntry, type AuditEntry } from "./audit-entry.ts";

/**
 * Adds one row to the chain, in the transaction of the change that it tells of. The head's row is held
 * until the commit, so that rows are chained in order of commit: call it after every other lock is taken,
 * that of the event log included. The hash is made in the same statement, which saves the accept path a
 * trip; `verify-audit.ts` computes it again in code of its own.
 */
export async function appendAudit(trx: LedgerTransaction, entry: AuditEntry): Promise<void> {
  await sql`
    with head as materialized (select sequence, hash from audit_head for update),
    row as materialized (
      select head.sequence + 1 as sequence, encode(sha256(convert_to(
        head.hash || chr(10) || (head.sequence + 1)::text || chr(10) || ${canonicalEntry(entry)}::text,
        'UTF8')), 'hex') as hash
      from head
    ),
    moved as (update audit_head set sequence = row.sequence, hash = row.hash from row)
    insert into audit_journal (sequence, at, actor, step, command_id, command_type, outcome,
      correlation_id, payload_hash, hash)
    select sequence, ${entry.at}::timestamptz, ${entry.actor}::text, ${entry.step}::text,
      ${entry.commandId}::text, ${entry.commandType}::text, ${entry.outcome}::text,
      ${entry.correlationId}::text, ${entry.payloadHash}::text, hash
    from row`.execute(trx);
}
