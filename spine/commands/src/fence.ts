import type { Instant, LastAnswer } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { changeStatus } from "./change-status.ts";
import { createClaims } from "./claims.ts";
import { recordOf } from "./command-record.ts";
import type { CommandError, CommandRecord } from "./command-record.ts";
import { databaseNowPlus, LONG_AGO } from "./database-time.ts";
import { errorColumns } from "./error-columns.ts";
import { createFinishes } from "./finishes.ts";
import type { CommandJournal, Outcome } from "./journal.ts";
import { noteAttempt, type SourceCall } from "./source-call.ts";

/** The right to work on a command, until its lease ends. */
export type Claim = {
  readonly command: CommandRecord;
  readonly leaseToken: string;
  readonly settleMs: number;
  /** An earlier attempt may have reached the source: look before sending. */
  readonly inDoubt: boolean;
  /** Since when it could have been claimed, by the database's clock. */
  readonly dueAt: Instant;
  /** What it took at the source; left out before it was called, `null` when it was not. */
  readonly call?: SourceCall | null;
};

/**
 * The fence around the sources: who may send a command now, and what came of it. The ledger decides,
 * never the queue; a job that comes twice, late or never changes nothing about that.
 */
export interface CommandFence {
  /**
   * Commits the claim before it returns. While the lease lasts, and for the settle window after it,
   * nobody else gets the command.
   * @param options.settleMsOf `null` when this worker cannot do the command: it is left alone
   * @returns `null` when it is settled, not due, or another of its subject runs or comes first
   */
  claim(id: string, options: ClaimOptions): Promise<Claim | null>;
  /**
   * Leases that count anew from now on.
   * @param leaseMs as it was given to `claim`
   * @returns those that are still held; the others were lost
   */
  renew(claims: readonly Claim[], leaseMs: number): Promise<readonly Claim[]>;
  /** @returns `null` when the lease was lost: somebody else has the command, nothing was changed */
  finish(claim: Claim, outcome: Outcome): Promise<CommandRecord | null>;
  /** Gives the command back, to be tried again. @returns as `finish` */
  retryLater(claim: Claim, options: RetryOptions): Promise<CommandRecord | null>;
  /** Puts the command before a person. @returns as `finish` */
  deadLetter(claim: Claim, failure: FailedAttempt): Promise<CommandRecord | null>;
  /** Ends a command that a person did by hand and that the source has nothing of. @returns as `finish` */
  withdraw(claim: Claim, error: CommandError): Promise<CommandRecord | null>;
  /**
   * Ends every lease: for the moment at which no worker can be alive. What they sent may still be on
   * its way, so each command settles before it is taken up.
   */
  reclaim(settleMsOf: ClaimOptions["settleMsOf"]): Promise<void>;
}

export type ClaimOptions = {
  readonly leaseMs: number;
  readonly settleMsOf: (command: CommandRecord) => number | null;
  /** Aborts when the claim is of no use any more. */
  readonly signal: AbortSignal;
};
/** @property inDoubt this or an earlier attempt may have reached the source */
export type FailedAttempt = {
  readonly error: CommandError;
  readonly lastAnswer: LastAnswer | null;
  readonly inDoubt: boolean;
};
export type RetryOptions = FailedAttempt & {
  readonly delayMs: number;
  /** Whether the attempt spends none of the command's tries. */
  readonly isFree: boolean;
};

export function createFence(options: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly journal: CommandJournal;
}): CommandFence {
  const { ledger, clock, journal } = options;
  const released = { lease_token: null, queued_until: LONG_AGO } as const;

  return {
    claim: createClaims({ ledger, journal }),
    finish: createFinishes({ ledger, clock, journal }),
    renew: (claims, leaseMs) => renewLeases(ledger.db, claims, leaseMs),

    retryLater: (claim, { error, lastAnswer, delayMs, isFree, inDoubt }) =>
      ledger.transaction(async (trx) => {
        const { leaseToken, settleMs } = claim;
        await noteAttempt(trx, claim, "RETRYING", error);
        return changeStatus(trx, journal, {
          id: claim.command.id,
          leaseToken,
          from: ["RUNNING"],
          to: "RETRYING",
          set: {
            ...released,
            ...errorColumns(error, lastAnswer),
            failing_since: sql<Date>`coalesce(failing_since, clock_timestamp())`,
            free_attempts: sql<number>`free_attempts + ${isFree ? 1 : 0}::integer`,
            in_doubt: inDoubt,
            due_at: databaseNowPlus(inDoubt ? Math.max(delayMs, settleMs) : delayMs),
          },
        });
      }),

    deadLetter: (claim, { error, lastAnswer, inDoubt }) =>
      ledger.transaction(async (trx) => {
        const { leaseToken, settleMs } = claim;
        await noteAttempt(trx, claim, "DEAD_LETTERED", error);
        return changeStatus(trx, journal, {
          id: claim.command.id,
          leaseToken,
          from: ["RUNNING"],
          to: "DEAD_LETTERED",
          set: {
            ...released,
            ...errorColumns(error, lastAnswer),
            in_doubt: inDoubt,
            completed_at: clock.now(),
            due_at: databaseNowPlus(inDoubt ? settleMs : 0),
          },
        });
      }),

    withdraw: (claim, error) =>
      ledger.transaction(async (trx) => {
        await noteAttempt(trx, claim, "CANCELLED", error);
        return changeStatus(trx, journal, {
          id: claim.command.id,
          leaseToken: claim.leaseToken,
          from: ["RUNNING"],
          to: "CANCELLED",
          set: {
            ...released,
            ...errorColumns(error),
            in_doubt: false,
            completed_at: clock.now(),
          },
        });
      }),

    reclaim: (settleMsOf) =>
      ledger.transaction(async (trx) => {
        const rows = await trx
          .selectFrom("commands")
          .selectAll()
          .where("status", "=", "RUNNING")
          .forUpdate()
          .execute();
        for (const row of rows) {
          const settleMs = settleMsOf(recordOf(row));
          if (settleMs === null) continue;
          await trx
            .updateTable("commands")
            .set({ ...released, due_at: databaseNowPlus(settleMs) })
            .where("id", "=", row.id)
            .execute();
        }
      }),
  };
}

/** One statement for all of them. */
async function renewLeases(
  db: Ledger["db"],
  claims: readonly Claim[],
  leaseMs: number,
): Promise<Claim[]> {
  if (claims.length === 0) return [];
  const { rows } = await sql<{ token: string }>`
    with held as (
      select commands.id, given.held_ms
      from unnest(
        ${claims.map(({ command }) => command.id)}::text[],
        ${claims.map(({ leaseToken }) => leaseToken)}::text[],
        ${claims.map(({ settleMs }) => Math.ceil(leaseMs + settleMs))}::int[]
      ) as given (id, token, held_ms)
      join commands on commands.id = given.id and commands.lease_token = given.token
      where commands.status = 'RUNNING'
      order by commands.id
      for update of commands
    )
    update commands
    set due_at = clock_timestamp() + held.held_ms * interval '1 millisecond'
    from held where commands.id = held.id
    returning commands.lease_token as token`.execute(db);
  const renewed = new Set(rows.map(({ token }) => token));
  return claims.filter(({ leaseToken }) => renewed.has(leaseToken));
}
