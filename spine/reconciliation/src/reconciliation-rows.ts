import { instantOf, type Difference, type ReconciliationScope } from "@crossdock/domain";
import type { LedgerTables } from "@crossdock/ledger";
import type { Selectable } from "kysely";
import type { Mismatch, Reconciliation, ReconciliationStatus } from "./reconciliation.ts";

export function reconciliationOf(row: Selectable<LedgerTables["reconciliations"]>): Reconciliation {
  return {
    id: row.id,
    scope: row.scope as ReconciliationScope,
    status: row.status as ReconciliationStatus,
    startedBy: row.started_by,
    startedAt: instantOf(row.started_at),
    finishedAt: row.finished_at === null ? null : instantOf(row.finished_at),
    compared: row.compared,
    of: row.total,
    unsettled: row.unsettled,
    mismatchCount: row.mismatch_count,
  };
}

export function mismatchOf(row: Selectable<LedgerTables["mismatches"]>): Mismatch {
  return {
    ...(row.difference as Difference),
    reconciliationId: row.reconciliation_id,
    sequence: row.sequence,
    exceptionId: row.exception_id,
    repairedAt: row.repaired_at === null ? null : instantOf(row.repaired_at),
  };
}
