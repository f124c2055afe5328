import { instantOf, type Provenance } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql, type AliasedRawBuilder } from "kysely";
import { isHistoryRead } from "./history.ts";

export type MasterDataKind = "product" | "customer" | "price";

/** The feed that keeps one of the master data books. @param source the ERP's name in `crossdock.yaml` */
export function masterDataFeed(source: string, kind: MasterDataKind): string {
  return `${source}-${kind}`;
}

/** What a master data book needs to tell how old its records are. */
export type MasterDataBookOptions = {
  readonly ledger: Pick<Ledger, "db" | "kind">;
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
  /**
   * Whatever the source had then is in the book; `null` before the first load. To be selected with the rows that it is told of:
   * read after them it could tell more of them than they have, and is a trip of its own.
   */
  currentAsOf(): AliasedRawBuilder<Date | null, "current_as_of">;
  /** Whose watermark that is. */
  readonly feed: string;
  /** @param readAt when the record itself was read: it is as it is since then, if not since the last sweep */
  provenanceOf(readAt: Date, currentAsOf: Date | null): Provenance;
}

export function createMasterDataState(
  { ledger: { db }, source, clock, staleAfterMs }: MasterDataBookOptions,
  kind: MasterDataKind,
): MasterDataState {
  const feed = masterDataFeed(source, kind);
  let isLoaded = false;
  return {
    feed,
    async isLoaded() {
      isLoaded ||= await isHistoryRead(db, feed);
      return isLoaded;
    },
    currentAsOf: () =>
      sql<Date | null>`(select swept_at from feed_watermarks where feed = ${feed})`.as(
        "current_as_of",
      ),
    provenanceOf(readAt, currentAsOf) {
      const asOf = instantOf(currentAsOf !== null && currentAsOf > readAt ? currentAsOf : readAt);
      const isHeard = clock.nowMs() - Date.parse(asOf) <= staleAfterMs;
      return { source, asOf, freshness: isHeard ? "CACHED" : "STALE" };
    },
  };
}
