import {
  instantOf,
  type Instant,
  type OrderId,
  type ReachedStage,
  type SyntheticResult,
  type SyntheticRun,
  type SyntheticStage,
} from "@crossdock/domain";
import type { Ledger, LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import { sql, type Selectable } from "kysely";

export const MAX_SYNTHETIC_RUNS = 200;
/** Older runs are deleted as new ones begin. */
const KEEP_DAYS = 90;

export type NewSyntheticRun = {
  readonly id: string;
  readonly askedBy: string;
  readonly at: Instant;
  /** Whoever finds the run unfinished after that takes it for lost. */
  readonly leaseUntil: Instant;
  /** Not begun when another one began later than this; `null`: whenever that was. */
  readonly unlessSince: Instant | null;
};

/** Every run of the probe of the last 90 days. */
export interface SyntheticRunBook {
  /** @param first 1 to `MAX_SYNTHETIC_RUNS` @returns newest first */
  listRuns(first: number): Promise<readonly SyntheticRun[]>;
  readRun(id: string): Promise<SyntheticRun | null>;
  /** @returns the run that nobody works on any more; `null` when there is none */
  readLost(now: Instant): Promise<SyntheticRun | null>;
  /** @returns `null` when one is under way in whatever process, or began too short a time ago */
  begin(run: NewSyntheticRun): Promise<SyntheticRun | null>;
}

/** The runs in the ledger. */
export function createSyntheticRunBook({ db }: Pick<Ledger, "db">): SyntheticRunBook {
  return {
    async listRuns(first) {
      const rows = await db
        .selectFrom("synthetic_runs")
        .selectAll()
        .orderBy("started_at", "desc")
        .limit(Math.min(first, MAX_SYNTHETIC_RUNS))
        .execute();
      return rows.map(runOf);
    },

    async readRun(id) {
      const row = await db
        .selectFrom("synthetic_runs")
        .selectAll()
        .where("id", "=", id)
        .executeTakeFirst();
      return row === undefined ? null : runOf(row);
    },

    async readLost(now) {
      const row = await db
        .selectFrom("synthetic_runs")
        .selectAll()
        .where("finished_at", "is", null)
        .where("lease_until", "<", new Date(now))
        .executeTakeFirst();
      return row === undefined ? null : runOf(row);
    },

    async begin({ id, askedBy, at, leaseUntil, unlessSince }) {
      await db
        .deleteFrom("synthetic_runs")
        .where(
          "started_at",
          "<",
          sql<Date>`${at}::timestamptz - make_interval(days => ${KEEP_DAYS})`,
        )
        .execute();
      const { rows } = await sql<Row>`
        insert into synthetic_runs (id, asked_by, started_at, lease_until)
        select ${id}, ${askedBy}, ${at}::timestamptz, ${leaseUntil}::timestamptz
        where not exists (
          select from synthetic_runs where started_at > ${unlessSince}::timestamptz)
        on conflict do nothing
        returning *`.execute(db);
      const [row] = rows;
      return row === undefined ? null : runOf(row);
    },
  };
}

/** Writes down how a run ended; nothing when it has ended already. @returns whether it had not */
export async function finishSyntheticRun(
  trx: LedgerTransaction,
  id: string,
  result: SyntheticResult,
  at: Instant,
): Promise<boolean> {
  const { outcome, stages, failedStage, reason, orderId } = result;
  const updated = await trx
    .updateTable("synthetic_runs")
    .set({
      finished_at: at,
      outcome,
      stages: JSON.stringify(stages),
      failed_stage: failedStage,
      reason,
      order_id: orderId,
    })
    .where("id", "=", id)
    .where("finished_at", "is", null)
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}

type Row = Selectable<LedgerTables["synthetic_runs"]>;

function runOf(row: Row): SyntheticRun {
  return {
    id: row.id,
    askedBy: row.asked_by,
    startedAt: instantOf(row.started_at),
    finishedAt: row.finished_at === null ? null : instantOf(row.finished_at),
    result:
      row.outcome === null
        ? null
        : {
            outcome: row.outcome,
            stages: row.stages as unknown as readonly ReachedStage[],
            failedStage: row.failed_stage as SyntheticStage | null,
            reason: row.reason,
            orderId: row.order_id as OrderId | null,
          },
  };
}
