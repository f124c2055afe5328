import { randomUUID } from "node:crypto";
import type { Difference, Instant, ReconciliationScope } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { Reconciliation } from "./reconciliation.ts";
import { reconciliationOf } from "./reconciliation-rows.ts";

/** A run that this process works on until its lease is up. */
export type ClaimedRun = {
  readonly run: Reconciliation;
  /** Where it goes on; `null` at its beginning. */
  readonly position: unknown;
  readonly compared: number;
  readonly unsettled: number;
  readonly failures: number;
};

/** What was compared since the last checkpoint. */
export type Checkpoint = {
  /** Where the next page begins, JSON. */
  readonly position: unknown;
  /** Of the whole run. */
  readonly compared: number;
  readonly unsettled: number;
  readonly found: readonly Difference[];
};

/** Another process has the run: its lease was up here. */
export class LeaseLostError extends Error {
  constructor(id: string) {
    super(`Reconciliation ${id} is worked on by another process.`);
  }
}

/** The writing side of the runs: one of a scope at a time, and one process at each, over all processes. */
export interface RunLog {
  /** @returns the run of the scope that is under way, this one or another; `null` when it was due and has been run before */
  open(wish: {
    readonly scope: ReconciliationScope;
    readonly startedBy: string;
    readonly at: Instant;
    /** The moment of its schedule; `null` when somebody asks. */
    readonly dueAt: Instant | null;
  }): Promise<Reconciliation | null>;
  /** @returns a run that no process works on, the oldest first; `null` when there is none */
  claim(): Promise<ClaimedRun | null>;
  /** Tells how far it is, and keeps the lease. @throws {LeaseLostError} */
  beat(
    id: string,
    progress: { readonly compared: number; readonly of?: number | undefined },
  ): Promise<void>;
  /** Keeps what was found, and from where to go on if this process dies. @throws {LeaseLostError} */
  checkpoint(id: string, checkpoint: Checkpoint): Promise<void>;
  finish(id: string, status: "DONE" | "FAILED", at: Instant): Promise<void>;
  /** Leaves it to whoever comes after `pauseMs`. @param hasFailed counts as a failure */
  letGo(id: string, pauseMs: number, hasFailed: boolean): Promise<void>;
  /** Removes what came to its end before. @returns how many */
  prune(before: Instant): Promise<number>;
}

/** How long a run rests after its process died. A page with its looks at a slow source takes less. */
const LEASE_SECONDS = 60;

export function createRunLog(ledger: Pick<Ledger, "db" | "transaction">): RunLog {
  const { db } = ledger;
  const runner = randomUUID();
  const lease = sql<Date>`now() + make_interval(secs => ${LEASE_SECONDS})`;

  const keep = async (
    on: Pick<LedgerTransaction, "updateTable">,
    id: string,
    changes: Readonly<Record<string, unknown>>,
  ) => {
    const kept = await on
      .updateTable("reconciliations")
      .set({ ...changes, leased_until: lease })
      .where("id", "=", id)
      .where("runner", "=", runner)
      .where("status", "=", "RUNNING")
      .executeTakeFirst();
    if (kept.numUpdatedRows === 0n) throw new LeaseLostError(id);
  };

  return {
    async open({ scope, startedBy, at, dueAt }) {
      await db
        .insertInto("reconciliations")
        .values({
          id: randomUUID(),
          scope,
          status: "RUNNING",
          started_by: startedBy,
          started_at: at,
          due_at: dueAt,
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const row = await db
        .selectFrom("reconciliations")
        .selectAll()
        .where("scope", "=", scope)
        .where("status", "=", "RUNNING")
        .executeTakeFirst();
      return row === undefined ? null : reconciliationOf(row);
    },

    async claim() {
      const { rows } = await sql<{ readonly id: string }>`
        update reconciliations set leased_until = ${lease}, runner = ${runner}
        where id = (
          select id from reconciliations
          where status = 'RUNNING' and (leased_until is null or leased_until < now())
          order by started_at limit 1
          for update skip locked)
        returning id`.execute(db);
      const [claimed] = rows;
      if (claimed === undefined) return null;
      const row = await db
        .selectFrom("reconciliations")
        .selectAll()
        .where("id", "=", claimed.id)
        .executeTakeFirstOrThrow();
      return {
        run: reconciliationOf(row),
        position: row.position,
        compared: row.position_compared,
        unsettled: row.position_unsettled,
        failures: row.failures,
      };
    },

    beat: (id, { compared, of }) =>
      keep(db, id, { compared, ...(of === undefined ? {} : { total: of }) }),

    async checkpoint(id, { position, compared, unsettled, found }) {
      await ledger.transaction(async (trx) => {
        await keep(trx, id, {
          position: JSON.stringify(position),
          compared,
          unsettled,
          position_compared: compared,
          position_unsettled: unsettled,
          failures: 0,
        });
        if (found.length === 0) return;
        const given = found.map((difference) => ({ ...difference, difference }));
        await sql`
          insert into mismatches (reconciliation_id, sequence, key, kind, code, difference)
          select ${id},
            (select count(*) from mismatches where reconciliation_id = ${id}) + row_number() over (order by nth),
            key, kind, code, difference
          from (
            select nth, one ->> 'key' as key, one ->> 'kind' as kind, one ->> 'code' as code,
              one -> 'difference' as difference
            from jsonb_array_elements(${JSON.stringify(given)}::jsonb) with ordinality as each (one, nth)
            where not exists (
              select from mismatches
              where reconciliation_id = ${id} and mismatches.key = one ->> 'key')) as fresh`.execute(
          trx,
        );
        await sql`
          update reconciliations set mismatch_count =
            (select count(*) from mismatches where reconciliation_id = ${id})
          where id = ${id}`.execute(trx);
      });
    },

    async finish(id, status, at) {
      await db
        .updateTable("reconciliations")
        .set({ status, finished_at: at, leased_until: null })
        .where("id", "=", id)
        .where("runner", "=", runner)
        .execute();
    },

    async letGo(id, pauseMs, hasFailed) {
      await sql`
        update reconciliations set runner = null,
          leased_until = now() + make_interval(secs => ${pauseMs / 1_000}),
          failures = failures + ${hasFailed ? 1 : 0}
        where id = ${id} and runner = ${runner}`.execute(db);
    },

    async prune(before) {
      const gone = await db
        .deleteFrom("reconciliations")
        .where("started_at", "<", new Date(before))
        .where("status", "<>", "RUNNING")
        .executeTakeFirst();
      return Number(gone.numDeletedRows);
    },
  };
}
