import { instantOf, type Instant } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";

/** What one request did, as it was written down. */
export type Access = {
  /** Rises with each row; a place to go on from. */
  readonly sequence: string;
  readonly at: Instant;
  readonly correlationId: string;
  /** The application. */
  readonly clientId: string;
  /** The person or system behind it, by the id of its token; no name is kept. */
  readonly viewerId: string;
  readonly role: string;
  /** `UNKNOWN` where notes are missing. */
  readonly access: "READ" | "CHANGE" | "UNKNOWN";
  readonly operation: string;
  readonly outcome: string;
  readonly subjects: readonly string[];
  /** How many notes are missing here, because there was no room for them. */
  readonly dropped: number;
};

export type AccessQuery = {
  /** Inclusive. */
  readonly from: Instant;
  /** Exclusive. */
  readonly to: Instant;
  readonly clientId?: string;
  /** e.g. `order:7K3QF9M2ZT` */
  readonly subject?: string;
};

const PAGE_ROWS = 500;

/**
 * The rows of a time, in the order in which they were written; with a client or a subject its own, and in either case
 * those that say that notes are missing. A page at a time: nobody waits long for a whole year.
 * @throws the signal's reason when it aborts
 */
export async function* readAccesses(
  { db }: Pick<Ledger, "db">,
  { from, to, clientId, subject }: AccessQuery,
  signal: AbortSignal,
): AsyncGenerator<Access> {
  let after = "0";
  for (;;) {
    signal.throwIfAborted();
    let page = db
      .selectFrom("data_accesses")
      .selectAll()
      .where("at", ">=", new Date(from))
      .where("at", "<", new Date(to))
      .where("sequence", ">", after);
    if (clientId !== undefined) {
      page = page.where((is) => is.or([is("client_id", "=", clientId), is("dropped", ">", 0)]));
    }
    if (subject !== undefined) {
      const names = sql<boolean>`subjects @> array[${subject}]::text[]`;
      page = page.where((is) => is.or([names, is("dropped", ">", 0)]));
    }
    const rows = await page.orderBy("sequence").limit(PAGE_ROWS).execute();
    for (const row of rows) {
      yield {
        sequence: row.sequence,
        at: instantOf(row.at),
        correlationId: row.correlation_id,
        clientId: row.client_id,
        viewerId: row.viewer_id,
        role: row.role,
        access: row.access,
        operation: row.operation,
        outcome: row.outcome,
        subjects: row.subjects,
        dropped: row.dropped,
      };
    }
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE_ROWS) return;
    after = last.sequence;
  }
}
