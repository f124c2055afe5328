import { feedSubject, type Instant } from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { ExceptionRecord } from "./exception-book.ts";
import { closeFinding, openFinding } from "./finding.ts";

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
  return openFinding(
    trx,
    {
      subject: feedSubject(feed),
      name: feed,
      class: "TECHNICAL",
      code: FEED_SILENT,
      owner: "source",
      action: {
        code: "RESTORE_CONNECTION",
        text:
          `Look whether ${source} is up and whether our credentials for it are good. It is asked again and again; ` +
          "this closes by itself when it answers, and nothing that happened meanwhile is lost.",
      },
      summary:
        `Nothing was heard of the feed ${feed} since ${heardAt}: ${source} sends no notification and answers no sweep` +
        (lastFailure === null ? "." : ` (${lastFailure}).`),
      payload: { feed, source, heardAt },
    },
    { at, correlationId },
  );
}

/** The feed is heard again: nobody has to act any more. @returns `null` when nothing waited */
export async function closeFeedException(
  trx: LedgerTransaction,
  feed: string,
  at: Instant,
): Promise<ExceptionRecord | null> {
  const note = "The feed is heard again.";
  return closeFinding(trx, feedSubject(feed), { by: CLOSED_BY, resolution: "CORRECTED", note }, at);
}
