import { instantOf, type Instant } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";

/** How far a feed has been read, by the source's own time; survives restarts. */
export interface Watermarks {
  /** @returns `null` for a feed that was never read to its end */
  read(feed: string): Promise<Instant | null>;
  write(trx: LedgerTransaction, feed: string, watermark: Instant, sweptAt: Instant): Promise<void>;
}

export function createWatermarks({ db }: Pick<Ledger, "db">): Watermarks {
  return {
    async read(feed) {
      const row = await db
        .selectFrom("feed_watermarks")
        .select("watermark")
        .where("feed", "=", feed)
        .executeTakeFirst();
      return row === undefined ? null : instantOf(row.watermark);
    },
    async write(trx, feed, watermark, sweptAt) {
      const row = { watermark, swept_at: sweptAt };
      await trx
        .insertInto("feed_watermarks")
        .values({ feed, ...row })
        .onConflict((conflict) => conflict.column("feed").doUpdateSet(row))
        .execute();
    },
  };
}
