import { instantOf, RECONCILIATION_SCOPES } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";
import type { LastRun, ReconciliationBook } from "./reconciliation-book.ts";
import { mismatchOf, reconciliationOf } from "./reconciliation-rows.ts";

/** The comparisons in the ledger. */
export function createReconciliationBook({ db }: Pick<Ledger, "db">): ReconciliationBook {
  const repairable = (reconciliationId: string) =>
    db
      .selectFrom("mismatches")
      .where("reconciliation_id", "=", reconciliationId)
      .where("repaired_at", "is", null)
      .where(sql<boolean>`difference -> 'repair' <> 'null'::jsonb`);
  return {
    async listReconciliations({ scope, first }) {
      const rows = await db
        .selectFrom("reconciliations")
        .selectAll()
        .$if(scope !== null, (select) => select.where("scope", "=", scope ?? ""))
        .orderBy("started_at", "desc")
        .orderBy("id", "desc")
        .limit(first)
        .execute();
      return rows.map(reconciliationOf);
    },
    async readReconciliation(id) {
      const row = await db
        .selectFrom("reconciliations")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? null : reconciliationOf(row);
    },
    async listMismatches(reconciliationId, { first, after }) {
      const rows = await db
        .selectFrom("mismatches")
        .selectAll()
        .where("reconciliation_id", "=", reconciliationId)
        .where("sequence", ">", after)
        .orderBy("sequence")
        .limit(first)
        .execute();
      return rows.map(mismatchOf);
    },
    async listRepairable(reconciliationId, first) {
      const rows = await repairable(reconciliationId)
        .selectAll()
        .orderBy("sequence")
        .limit(first)
        .execute();
      return rows.map(mismatchOf);
    },
    async countRepairable(reconciliationId) {
      const row = await repairable(reconciliationId)
        .select(({ fn }) => fn.countAll<string>().as("count"))
        .executeTakeFirstOrThrow();
      return Number(row.count);
    },
    async readTrend(scope, first) {
      const { rows } = await sql<{
        readonly id: string;
        readonly finished_at: Date;
        readonly compared: number;
        readonly mismatch_count: number;
        readonly repaired: string;
      }>`
        select id, finished_at, compared, mismatch_count,
          (select count(*) from mismatches
            where reconciliation_id = run.id and repaired_at is not null) as repaired
        from reconciliations as run
        where scope = ${scope} and status = 'DONE'
        order by started_at desc, id desc
        limit ${first}`.execute(db);
      return rows.map((row) => ({
        reconciliationId: row.id,
        finishedAt: instantOf(row.finished_at),
        compared: row.compared,
        mismatches: row.mismatch_count,
        repaired: Number(row.repaired),
      }));
    },
    async readLast() {
      const last: LastRun[] = [];
      for (const scope of RECONCILIATION_SCOPES) {
        const run = await db
          .selectFrom("reconciliations")
          .select(["id", "finished_at", "compared"])
          .where("scope", "=", scope)
          .where("status", "=", "DONE")
          .orderBy("started_at", "desc")
          .limit(1)
          .executeTakeFirst();
        if (run?.finished_at == null) continue;
        const kinds = await db
          .selectFrom("mismatches")
          .select(({ fn }) => ["kind", fn.countAll<string>().as("count")])
          .where("reconciliation_id", "=", run.id)
          .where("repaired_at", "is", null)
          .groupBy("kind")
          .execute();
        last.push({
          scope,
          finishedAtMs: run.finished_at.getTime(),
          compared: run.compared,
          byKind: Object.fromEntries(kinds.map(({ kind, count }) => [kind, Number(count)])),
        });
      }
      return last;
    },
  };
}
