import { instantOf, type Instant, type Provenance } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { HISTORY_READ } from "./history.ts";

export type MasterDataKind = "product" | "customer" | "price";

/** The feed that keeps one of the master data books. @param source the ERP's name in `crossdock.yaml` */
export function masterDataFeed(source: string, kind: MasterDataKind): string {
  return `${source}-${kind}`;
}

/** What a master data book needs to tell how old its records are. */
export type MasterDataBookOptions = {
  readonly ledger: Pick<Ledger, "db">;
  /** The ERP's name in `crossdock.yaml`. */
  readonly source: string;
  readonly clock: Clock;
  /** A book whose feed was not read to its end for so long is no copy of the ERP any more, but what it last said. */
  readonly staleAfterMs: number;
};

/** A record of a book, with how old it is. */
export type BookRecord<Document> = {
  readonly document: Document;
  readonly provenance: Provenance;
};

/** How far one master data book is known to follow its source. */
export interface MasterDataState {
  /** Whether all that the source has is in the book. Once it is, it stays so. */
  isLoaded(): Promise<boolean>;
  /** Whatever the source had then is in the book; `null` before the first load. */
  readCurrentAsOf(): Promise<Instant | null>;
  /** @param readAt when the record itself was read: it is as it is since then, if not since the last sweep */
  provenanceOf(readAt: Instant, currentAsOf: Instant | null): Provenance;
}

export function createMasterDataState(
  { ledger: { db }, source, clock, staleAfterMs }: MasterDataBookOptions,
  kind: MasterDataKind,
): MasterDataState {
  const feed = masterDataFeed(source, kind);
  let isLoaded = false;
  return {
    async isLoaded() {
      isLoaded ||= (await readSweptAt(db, `${feed}${HISTORY_READ}`)) !== null;
      return isLoaded;
    },
    readCurrentAsOf: () => readSweptAt(db, feed),
    provenanceOf(readAt, currentAsOf) {
      const asOf = currentAsOf !== null && currentAsOf > readAt ? currentAsOf : readAt;
      const isHeard = clock.nowMs() - Date.parse(asOf) <= staleAfterMs;
      return { source, asOf, freshness: isHeard ? "CACHED" : "STALE" };
    },
  };
}

/** @returns when the last whole reading of a feed began; `null` for none */
async function readSweptAt(db: Ledger["db"], name: string): Promise<Instant | null> {
  const row = await db
    .selectFrom("feed_watermarks")
    .select("swept_at")
    .where("feed", "=", name)
    .executeTakeFirst();
  return row === undefined ? null : instantOf(row.swept_at);
}
