import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { errorColumns } from "./fence.ts";
import { changeStatus } from "./change-status.ts";
import type { StatusChange } from "./change-status.ts";
import { IN_DOUBT, recordOf } from "./command-record.ts";
import type { CommandRecord, CommandRow } from "./command-record.ts";
import { LONG_AGO } from "./database-time.ts";
import type { CommandJournal } from "./journal.ts";

export type Intervention =
  | { readonly kind: "done"; readonly command: CommandRecord }
  /** Its status does not allow it; nothing changed. */
  | { readonly kind: "refused"; readonly command: CommandRecord }
  | { readonly kind: "absent" };

/** What a person, or a process manager, may do to a command. */
export interface Interventions {
  /**
   * Tries a `DEAD_LETTERED` command again, with all its attempts. What an earlier attempt may have done
   * is looked up first, as always; where the source cannot be asked (`IN_DOUBT`) the person has looked,
   * and it is sent.
   * @param by who asks, for the record
   */
  retry(id: string, by?: string): Promise<Intervention>;
  /**
   * Takes a command back that has not been sent: `ACCEPTED`, or `RETRYING` or `DEAD_LETTERED` while
   * nothing can have reached the source, or (`IN_DOUBT`) the person has looked.
   * @param reason for the record
   * @param by who asks, for the record
   */
  cancel(id: string, reason: string, by?: string): Promise<Intervention>;
  /**
   * Notes that what a `SUCCEEDED` command did was undone by another one. In the transaction that
   * learns of it.
   */
  markCompensated(trx: LedgerTransaction, id: string): Promise<Intervention>;
}

/** Who steps in when nobody is named. */
const OURSELVES = "crossdock";

export function createInterventions(options: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly journal: CommandJournal;
  /** Tells everyone, once the change is committed. */
  readonly ring: { due(): void; settled(id: string): void };
}): Interventions {
  const { ledger, clock, journal, ring } = options;

  async function intervene(
    trx: LedgerTransaction,
    change: StatusChange,
    allowed: (row: CommandRow) => boolean = () => true,
  ): Promise<Intervention> {
    const row = await trx
      .selectFrom("commands")
      .selectAll()
      .where("id", "=", change.id)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined) return { kind: "absent" };
    const command = allowed(row) ? await changeStatus(trx, journal, change) : null;
    return command === null
      ? { kind: "refused", command: recordOf(row) }
      : { kind: "done", command };
  }

  return {
    async retry(id, by = OURSELVES) {
      const intervention = await ledger.transaction((trx) =>
        intervene(trx, {
          id,
          from: ["DEAD_LETTERED"],
          to: "RETRYING",
          by,
          set: {
            ...errorColumns(null),
            attempts: 0,
            in_doubt: sql<boolean>`in_doubt and error_code is distinct from ${IN_DOUBT}`,
            completed_at: null,
            queued_until: LONG_AGO,
            // Not before the settle window of the last attempt has passed.
            due_at: sql<Date>`greatest(due_at, clock_timestamp())`,
          },
        }),
      );
      if (intervention.kind === "done") ring.due();
      return intervention;
    },

    async cancel(id, reason, by = OURSELVES) {
      const error = { code: "CANCELLED", message: reason, retryable: false };
      const intervention = await ledger.transaction((trx) =>
        intervene(
          trx,
          {
            id,
            from: ["ACCEPTED", "RETRYING", "DEAD_LETTERED"],
            to: "CANCELLED",
            by,
            set: { ...errorColumns(error), completed_at: clock.now() },
          },
          (row) => !row.in_doubt || row.error_code === IN_DOUBT,
        ),
      );
      if (intervention.kind === "done") ring.settled(id);
      return intervention;
    },

    markCompensated: (trx, id) =>
      intervene(trx, { id, from: ["SUCCEEDED"], to: "COMPENSATED", set: {} }),
  };
}
