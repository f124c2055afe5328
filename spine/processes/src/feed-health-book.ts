import { instantOf, type Instant } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";

/** What was last heard of one feed of a source, as ingest last wrote it: up to some seconds old. */
export type FeedHealth = {
  /** e.g. `wms-shipment` */
  readonly feed: string;
  /** The source's name in `crossdock.yaml`. */
  readonly source: string;
  /** The last notification, or sweep that the source answered to its end. */
  readonly heardAt: Instant;
  /** When what was recorded last had happened at the source; `null` before anything was. */
  readonly lastEventAt: Instant | null;
  /** From when that happened until it was in the book. */
  readonly lagSeconds: number | null;
};

export interface FeedHealthBook {
  /** @returns every feed that was ever heard, by name */
  readFeeds(): Promise<readonly FeedHealth[]>;
}

/** The health of the feeds in the ledger. */
export function createFeedHealthBook({ db }: Pick<Ledger, "db">): FeedHealthBook {
  return {
    async readFeeds() {
      const rows = await db.selectFrom("feed_health").selectAll().orderBy("feed").execute();
      return rows.map((row) => ({
        feed: row.feed,
        source: row.source,
        heardAt: instantOf(row.heard_at),
        lastEventAt: row.last_event_at === null ? null : instantOf(row.last_event_at),
        lagSeconds: row.lag_seconds,
      }));
    },
  };
}

/** @param feeds distinct */
export async function saveFeedHealth(
  trx: LedgerTransaction,
  feeds: readonly FeedHealth[],
): Promise<void> {
  if (feeds.length === 0) return;
  await trx
    .insertInto("feed_health")
    .values(
      feeds.map(({ feed, source, heardAt, lastEventAt, lagSeconds }) => ({
        feed,
        source,
        heard_at: heardAt,
        last_event_at: lastEventAt,
        lag_seconds: lagSeconds,
      })),
    )
    .onConflict((conflict) =>
      conflict.column("feed").doUpdateSet({
        source: sql`excluded.source`,
        heard_at: sql`excluded.heard_at`,
        last_event_at: sql`coalesce(excluded.last_event_at, feed_health.last_event_at)`,
        lag_seconds: sql`coalesce(excluded.lag_seconds, feed_health.lag_seconds)`,
      }),
    )
    .execute();
}
