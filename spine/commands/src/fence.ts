import { randomUUID } from "node:crypto";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { changeStatus } from "./change-status.ts";
import { recordOf, UNSETTLED } from "./command-record.ts";
import type { CommandError, CommandRecord, CommandRow } from "./command-record.ts";
import { databaseNowPlus, LONG_AGO } from "./database-time.ts";
import type { CommandJournal, Outcome } from "./journal.ts";

/** The right to work on a command, until its lease ends. */
export type Claim = {
  readonly command: CommandRecord;
  readonly leaseToken: string;
  readonly settleMs: number;
  /** An earlier attempt may have reached the source: look before sending. */
  readonly inDoubt: boolean;
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
  /** @returns `null` when the lease was lost: somebody else has the command, nothing was changed */
  finish(claim: Claim, outcome: Outcome): Promise<CommandRecord | null>;
  /**
   * Gives the command back, to be tried again.
   * @param options.inDoubt this or an earlier attempt may have reached the source
   * @returns as `finish`
   */
  retryLater(claim: Claim, options: RetryOptions): Promise<CommandRecord | null>;
  /** Puts the command before a person. @returns as `finish` */
  deadLetter(claim: Claim, options: DeadLetterOptions): Promise<CommandRecord | null>;
  /**
   * Ends every lease: for the moment at which no worker can be alive. What they sent may still be on
   * its way, so each command settles before it is taken up.
   */
  reclaim(settleMsOf: ClaimOptions["settleMsOf"]): Promise<void>;
}

export type ClaimOptions = {
  readonly leaseMs: number;
  readonly settleMsOf: (command: CommandRecord) => number | null;
};
export type DeadLetterOptions = { readonly error: CommandError; readonly inDoubt: boolean };
export type RetryOptions = DeadLetterOptions & { readonly delayMs: number };

export function createFence(options: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly journal: CommandJournal;
}): CommandFence {
  const { ledger, clock, journal } = options;
  const released = { lease_token: null, queued_until: LONG_AGO } as const;

  async function takeClaim(
    trx: LedgerTransaction,
    id: string,
    { leaseMs, settleMsOf }: ClaimOptions,
  ): Promise<Claim | null> {
    const row = await lockIfDue(trx, id);
    if (row === null || (await mustWait(trx, row))) return null;
    const settleMs = settleMsOf(recordOf(row));
    if (settleMs === null) return null;
    const leaseToken = randomUUID();
    const command = await changeStatus(trx, journal, {
      id,
      from: UNSETTLED,
      to: "RUNNING",
      set: {
        attempts: row.attempts + 1,
        lease_token: leaseToken,
        in_doubt: true,
        due_at: databaseNowPlus(leaseMs + settleMs),
        queued_until: LONG_AGO,
      },
    });
    return command === null ? null : { command, leaseToken, settleMs, inDoubt: row.in_doubt };
  }

  return {
    async claim(id, claimOptions) {
      try {
        return await ledger.transaction((trx) => takeClaim(trx, id, claimOptions));
      } catch (error) {
        if (isSubjectTaken(error)) return null;
        throw error;
      }
    },

    finish: ({ command: { id }, leaseToken }, outcome) =>
      ledger.transaction(async (trx) => {
        const command = await changeStatus(trx, journal, {
          id,
          leaseToken,
          from: ["RUNNING"],
          to: outcome.kind === "succeeded" ? "SUCCEEDED" : "REJECTED",
          set: {
            ...released,
            ...outcomeColumns(outcome),
            in_doubt: false,
            completed_at: clock.now(),
          },
        });
        if (command !== null) await journal.finished(trx, command, outcome);
        return command;
      }),

    retryLater: ({ command: { id }, leaseToken, settleMs }, { error, delayMs, inDoubt }) =>
      ledger.transaction((trx) =>
        changeStatus(trx, journal, {
          id,
          leaseToken,
          from: ["RUNNING"],
          to: "RETRYING",
          set: {
            ...released,
            ...errorColumns(error),
            in_doubt: inDoubt,
            due_at: databaseNowPlus(inDoubt ? Math.max(delayMs, settleMs) : delayMs),
          },
        }),
      ),

    deadLetter: ({ command: { id }, leaseToken, settleMs }, { error, inDoubt }) =>
      ledger.transaction((trx) =>
        changeStatus(trx, journal, {
          id,
          leaseToken,
          from: ["RUNNING"],
          to: "DEAD_LETTERED",
          set: {
            ...released,
            ...errorColumns(error),
            in_doubt: inDoubt,
            completed_at: clock.now(),
            due_at: databaseNowPlus(inDoubt ? settleMs : 0),
          },
        }),
      ),

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

/** The row, held until the transaction ends; `null` when it is not there, settled or not due yet. */
async function lockIfDue(trx: LedgerTransaction, id: string): Promise<CommandRow | null> {
  const row = await trx
    .selectFrom("commands")
    .selectAll()
    .select(sql<boolean>`due_at <= clock_timestamp()`.as("is_due"))
    .where("id", "=", id)
    .where("status", "in", UNSETTLED)
    .forUpdate()
    .executeTakeFirst();
  return row?.is_due === true ? row : null;
}

/** Whether another command of the subject runs, or was accepted earlier and is not settled. */
async function mustWait(trx: LedgerTransaction, { subject, sequence, id }: CommandRow) {
  const first = await trx
    .selectFrom("commands")
    .select("id")
    .where("subject", "=", subject)
    .where("id", "<>", id)
    .where("status", "in", UNSETTLED)
    .where(({ or, eb }) => or([eb("status", "=", "RUNNING"), eb("sequence", "<", sequence)]))
    .limit(1)
    .executeTakeFirst();
  return first !== undefined;
}

/** Two workers took two commands of one subject at the same moment: the index let one through. */
function isSubjectTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    "constraint" in error &&
    error.constraint === "commands_running_by_subject"
  );
}

function outcomeColumns(outcome: Outcome) {
  return outcome.kind === "succeeded"
    ? {
        ...errorColumns(null),
        result_typename: outcome.result.typename,
        result_id: outcome.result.id,
      }
    : errorColumns({ code: outcome.code, message: outcome.message, retryable: false });
}

export function errorColumns(error: CommandError | null) {
  return {
    error_code: error?.code ?? null,
    error_message: error?.message ?? null,
    error_retryable: error?.retryable ?? null,
  };
}
