import { createHash } from "node:crypto";
import { instantOf } from "@crossdock/domain";
import type { Ledger, LedgerTables } from "@crossdock/ledger";
import type { Selectable } from "kysely";
import { canonicalEntry, CHAIN_START } from "./audit-entry.ts";

export type AuditVerification = {
  /** Rows that were looked at, a broken one included. */
  readonly rows: number;
  /** Whether every row is as it was written, and none is missing. */
  readonly holds: boolean;
  /** Of the last row that holds; hold it against a copy that is kept elsewhere. */
  readonly hash: string;
  /** The first row that does not hold, and why; `null` when the chain does. */
  readonly broken: { readonly sequence: string; readonly reason: string } | null;
};

export interface AuditVerifier {
  /**
   * Computes the whole chain again, a page at a time, up to the head as it is now.
   * @throws the signal's reason when it aborts
   */
  verify(signal: AbortSignal): Promise<AuditVerification>;
}

const PAGE_ROWS = 1_000;

type Row = Selectable<LedgerTables["audit_journal"]>;

export function createAuditVerifier({ db }: Pick<Ledger, "db">): AuditVerifier {
  return {
    async verify(signal) {
      // Read first: rows that are appended meanwhile are no part of it. In one statement: at no moment is a row beyond the head.
      const head = await db
        .selectFrom("audit_head")
        .selectAll()
        .select(({ selectFrom }) =>
          selectFrom("audit_journal")
            .select(({ fn }) => fn.max("sequence").as("last"))
            .as("last"),
        )
        .executeTakeFirst();
      if (head === undefined) return broken(0, CHAIN_START, "0", "the head is missing");
      let rows = 0;
      let hash = CHAIN_START;
      for (;;) {
        signal.throwIfAborted();
        const page = await db
          .selectFrom("audit_journal")
          .selectAll()
          .where("sequence", ">", String(rows))
          .where("sequence", "<=", head.sequence)
          .orderBy("sequence")
          .limit(PAGE_ROWS)
          .execute();
        for (const row of page) {
          const expected = String(rows + 1);
          if (row.sequence !== expected) return broken(rows, hash, expected, "the row is missing");
          const computed = hashOf(hash, row);
          if (computed !== row.hash) {
            return broken(rows + 1, hash, expected, "the row is not what was written");
          }
          rows += 1;
          hash = computed;
        }
        if (page.length < PAGE_ROWS) break;
      }
      if (head.sequence !== String(rows)) {
        return broken(rows, hash, String(rows + 1), "the row is missing");
      }
      if (BigInt(head.last ?? 0) > BigInt(head.sequence)) {
        return broken(
          rows + 1,
          hash,
          String(rows + 1),
          "the row was never written by this program",
        );
      }
      return head.hash === hash
        ? { rows, holds: true, hash, broken: null }
        : broken(rows, hash, head.sequence, "the head names another row");
    },
  };
}

function broken(rows: number, hash: string, sequence: string, reason: string): AuditVerification {
  return { rows, holds: false, hash, broken: { sequence, reason } };
}

function hashOf(previous: string, row: Row): string {
  const entry = canonicalEntry({
    at: instantOf(row.at),
    actor: row.actor,
    step: row.step,
    commandId: row.command_id,
    commandType: row.command_type,
    outcome: row.outcome,
    correlationId: row.correlation_id,
    payloadHash: row.payload_hash,
  });
  return createHash("sha256").update(`${previous}\n${row.sequence}\n${entry}`).digest("hex");
}
