import type { Subject } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { changeStatus } from "./change-status.ts";
import { SETTLED_CHANNEL } from "./channels.ts";
import { UNSETTLED } from "./command-record.ts";
import type { CommandStatus } from "./command-record.ts";
import { errorColumns } from "./error-columns.ts";
import type { CommandJournal } from "./journal.ts";

/** What a process does to the commands that it has sent before: in its own transaction. */
export interface Withdrawal {
  /**
   * Nobody claims or settles a command of the subject until the transaction ends. Comes before any row of a
   * book is locked, as whoever settles a command locks the book after it.
   */
  holdBack(trx: LedgerTransaction, subject: Subject): Promise<void>;
  /**
   * Takes back the commands of one type that have reached nobody: accepted, or failed while nothing can
   * have been done. The others are left alone. After `holdBack`; who waits for them is told with the commit.
   * @param change.by who asks, and why, for the record
   */
  withdraw(
    trx: LedgerTransaction,
    change: {
      readonly subject: Subject;
      readonly type: string;
      readonly by: string;
      readonly note: string;
    },
  ): Promise<void>;
}

const UNSENT: readonly CommandStatus[] = ["ACCEPTED", "RETRYING", "DEAD_LETTERED"];

export function createWithdrawal(options: {
  readonly clock: Clock;
  readonly journal: CommandJournal;
}): Withdrawal {
  const { clock, journal } = options;
  return {
    async holdBack(trx, subject) {
      await trx
        .selectFrom("commands")
        .select("id")
        .where("subject", "=", subject)
        .where("status", "in", [...UNSETTLED, "DEAD_LETTERED"])
        .orderBy("id")
        .forUpdate()
        .execute();
    },

    async withdraw(trx, { subject, type, by, note }) {
      const rows = await trx
        .selectFrom("commands")
        .select("id")
        .where("subject", "=", subject)
        .where("type", "=", type)
        .where("status", "in", UNSENT)
        .where("in_doubt", "=", false)
        .orderBy("id")
        .execute();
      const error = { class: null, code: "CANCELLED", message: note, retryable: false } as const;
      for (const { id } of rows) {
        await changeStatus(trx, journal, {
          id,
          from: UNSENT,
          to: "CANCELLED",
          steppedIn: { by, resolution: "IGNORED", note },
          set: { ...errorColumns(error), completed_at: clock.now() },
        });
        await sql`select pg_notify(${SETTLED_CHANNEL}, ${id})`.execute(trx);
      }
    },
  };
}
