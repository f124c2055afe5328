import type { Subject } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { changeStatus } from "./change-status.ts";
import { DUE_CHANNEL, SETTLED_CHANNEL } from "./channels.ts";
import { UNSETTLED } from "./command-record.ts";
import type { CommandStatus } from "./command-record.ts";
import { databaseNow, LONG_AGO } from "./database-time.ts";
import type { CommandRegistry } from "./definition.ts";
import { errorColumns } from "./error-columns.ts";
import type { CommandJournal } from "./journal.ts";
import { HELD_LANE } from "./lane.ts";

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
      /** Only those whose data has these values; all of the type where it is left out. */
      readonly data?: Readonly<Record<string, string | number>>;
      readonly by: string;
      readonly note: string;
    },
  ): Promise<void>;
  /**
   * Whether a command of the subject waits for a person, and its source has nothing of it for certain: then it can be
   * taken back. After `holdBack`.
   */
  mayWithdraw(
    trx: LedgerTransaction,
    command: {
      readonly subject: Subject;
      readonly type: string;
      readonly data: Readonly<Record<string, string | number>>;
    },
  ): Promise<boolean>;
  /** Sends a command on its way that was accepted as `held`; changes nothing about another. After `holdBack`. */
  letGo(trx: LedgerTransaction, id: string): Promise<void>;
}

const UNSENT: readonly CommandStatus[] = ["ACCEPTED", "RETRYING", "DEAD_LETTERED"];

export function createWithdrawal(options: {
  readonly clock: Clock;
  readonly journal: CommandJournal;
  readonly registry: CommandRegistry;
}): Withdrawal {
  const { clock, journal, registry } = options;
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

    async mayWithdraw(trx, { subject, type, data }) {
      const row = await trx
        .selectFrom("commands")
        .select("id")
        .where("subject", "=", subject)
        .where("type", "=", type)
        .where(sql<boolean>`data @> ${JSON.stringify(data)}::jsonb`)
        .where("status", "=", "DEAD_LETTERED")
        .where("in_doubt", "=", false)
        .executeTakeFirst();
      return row !== undefined;
    },

    async withdraw(trx, { subject, type, data = {}, by, note }) {
      const rows = await trx
        .selectFrom("commands")
        .select("id")
        .where("subject", "=", subject)
        .where("type", "=", type)
        .where(sql<boolean>`data @> ${JSON.stringify(data)}::jsonb`)
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

    async letGo(trx, id) {
      const row = await trx
        .selectFrom("commands")
        .select(["type", "version"])
        .where("id", "=", id)
        .where("lane", "=", HELD_LANE)
        .where("status", "=", "ACCEPTED")
        .forUpdate()
        .executeTakeFirst();
      if (row === undefined) return;
      const definition = registry.find(row.type, row.version);
      if (definition === null) throw new Error(`The command ${row.type} is not registered.`);
      await trx
        .updateTable("commands")
        .set({ lane: definition.lane, due_at: databaseNow, queued_until: LONG_AGO })
        .where("id", "=", id)
        .execute();
      await sql`select pg_notify(${DUE_CHANNEL}, '')`.execute(trx);
    },
  };
}
