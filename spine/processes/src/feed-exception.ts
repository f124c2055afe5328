import { feedSubject, type Instant } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { ExceptionRecord } from "./exception-book.ts";
import { exceptionOf } from "./exception-book-postgres.ts";

/** A feed of which nothing was heard: no notification, and no sweep that its source answered. */
export type SilentFeed = {
  /** e.g. `wms-shipment` */
  readonly feed: string;
  /** The source's name in `crossdock.yaml`. */
  readonly source: string;
  readonly heardAt: Instant;
  /** What the last sweep failed of, without what is private; `null` when none has failed. */
  readonly lastFailure: string | null;
};

export const FEED_SILENT = "FEED_SILENT";
/** Who closes what needs nobody any more. */
const CLOSED_BY = "ingest";

/**
 * Puts a silent feed before the operator, once however often it is asked for.
 * @returns `null` when it waits there already
 */
export async function openFeedException(
  trx: LedgerTransaction,
  { feed, source, heardAt, lastFailure }: SilentFeed,
  { at, correlationId }: { readonly at: Instant; readonly correlationId: string },
): Promise<ExceptionRecord | null> {
  const subject = feedSubject(feed);
  const row = await trx
    .insertInto("exceptions")
    .values(({ selectFrom }) => ({
      id: selectFrom("exceptions")
        .select(sql<string>`${feed}::text || '-' || count(*) + 1`.as("id"))
        .where("subject", "=", subject),
      command_id: null,
      command_type: null,
      customer_number: null,
      subject,
      error_class: "TECHNICAL",
      code: FEED_SILENT,
      owner: "source",
      action_code: "RESTORE_CONNECTION",
      action_text:
        `Look whether ${source} is up and whether our credentials for it are good. It is asked again and again; ` +
        "this closes by itself when it answers, and nothing that happened meanwhile is lost.",
      summary:
        `Nothing was heard of the feed ${feed} since ${heardAt}: ${source} sends no notification and answers no sweep` +
        (lastFailure === null ? "." : ` (${lastFailure}).`),
      payload: JSON.stringify({ feed, source, heardAt }),
      last_answer: null,
      correlation_id: correlationId,
      opened_at: at,
    }))
    .onConflict((conflict) =>
      conflict
        .column("subject")
        .where("command_id", "is", null)
        .where("resolved_at", "is", null)
        .doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : exceptionOf(row);
}

/** The feed is heard again: nobody has to act any more. @returns `null` when nothing waited */
export async function closeFeedException(
  trx: LedgerTransaction,
  feed: string,
  at: Instant,
): Promise<ExceptionRecord | null> {
  const row = await trx
    .updateTable("exceptions")
    .set({
      resolved_at: at,
      resolved_by: CLOSED_BY,
      resolution: "CORRECTED",
      note: "The feed is heard again.",
    })
    .where("subject", "=", feedSubject(feed))
    .where("command_id", "is", null)
    .where("resolved_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : exceptionOf(row);
}
