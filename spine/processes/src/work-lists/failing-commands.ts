import { AWAITED } from "@crossdock/commands";
import { adviseOn, instantOf, readSubject, type ErrorClass } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { sql, type RawBuilder } from "kysely";
import { lateSince, type WorkItem, type WorkList, type WorkQuery } from "./work-list.ts";

type Row = {
  readonly id: string;
  readonly type: string;
  readonly lane: string;
  readonly subject: string;
  readonly since: Date;
  readonly error_class: ErrorClass | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly correlation_id: string;
};

/**
 * Commands that have failed and are tried again: what a source does not take, or does not answer, is seen long before
 * somebody has to act, and whoever looks knows whose it is. What a source will only have later, as a carrier's bill, is no
 * failure.
 */
export function failingCommands(db: Ledger["db"]): WorkList {
  return {
    async list(query) {
      const { rows } = await rowsOf(query).execute(db);
      return rows.map((row) => itemOf(row, query.thresholds.failingCommandsSeconds));
    },
    async count(query) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::integer as count from (${rowsOf(query)}) as failing`.execute(db);
      return rows[0]?.count ?? 0;
    },
  };
}

function rowsOf({ customers, now, thresholds, after, limit }: WorkQuery): RawBuilder<Row> {
  const since = lateSince(now, thresholds.failingCommandsSeconds);
  const isTheirs =
    customers === "all" ? sql`true` : sql`customer_number = any(${[...customers]}::text[])`;
  const isAfter =
    after === null
      ? sql`true`
      : sql`(failing_since, id) > (${after.since}::timestamptz, ${after.id})`;
  return sql<Row>`
    select id, type, lane, subject, failing_since as since, error_class, error_code, error_message, correlation_id
    from commands
    where failing_since is not null and status in ('RETRYING', 'RUNNING')
      and error_code is distinct from ${sql.lit(AWAITED)} and failing_since < ${since} and ${isTheirs} and ${isAfter}
    order by failing_since, id limit ${limit}`;
}

function itemOf(row: Row, thresholdSeconds: number): WorkItem {
  const { id, type, lane, error_class: errorClass, error_code: code, error_message: said } = row;
  return {
    id,
    subject: { typename: "Command", id },
    summary: `${type} of ${namedOf(row.subject)} is tried again and again: ${said ?? "nobody said why"}`,
    since: instantOf(row.since),
    thresholdSeconds,
    correlationId: row.correlation_id,
    blame: {
      class: errorClass,
      code: code ?? "UNKNOWN",
      owner: adviseOn({ errorClass, code: code ?? "", system: lane }).owner,
      system: lane,
    },
  };
}

function namedOf(subject: string): string {
  const named = readSubject(subject);
  return named === null ? subject : `${named.kind} ${named.id}`;
}
