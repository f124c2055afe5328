import type { Ledger } from "@crossdock/ledger";

/**
 * Ends the name of the watermark that a feed leaves when all that its source held before is in the
 * books: `finance-invoice#history`.
 */
export const HISTORY_READ = "#history";

/** Whether all that the source of a feed held before we listened is in the books; also within a transaction. */
export async function isHistoryRead(db: Ledger["db"], feed: string): Promise<boolean> {
  const row = await db
    .selectFrom("feed_watermarks")
    .select("feed")
    .where("feed", "=", `${feed}${HISTORY_READ}`)
    .executeTakeFirst();
  return row !== undefined;
}
