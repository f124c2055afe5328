import type { CustomerNumber, Instant, Subject } from "@crossdock/domain";
import { instantOf } from "@crossdock/domain";
import type { Ledger, LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { Kysely, Selectable } from "kysely";
import { LOG_START } from "./position.ts";
import type { Position } from "./position.ts";
import type { RecordedEvent, Selection } from "./recorded-event.ts";

/** The doorbell's channel, which `append_events` rings; the payload is the last position appended. */
export const EVENTS_CHANNEL = "crossdock_events";

/** An event as the database's `append_events` takes it. */
export type EventRow = {
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly version: number;
  readonly subject: Subject;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  readonly customerNumber: CustomerNumber | null;
  readonly correlationId: string;
  readonly causationId: string | null;
  readonly traceparent: string | null;
  readonly data: unknown;
};

/**
 * Takes the log's lock, numbers the events within their subjects, inserts them and rings the doorbell, in
 * one statement: `append_events` in the ledger's migrations. The lock is held until the commit, so that a
 * reader that has seen position n never misses a smaller one.
 * @param rows at least one
 */
export async function insertEvents(
  trx: LedgerTransaction,
  rows: readonly EventRow[],
): Promise<readonly Position[]> {
  const result = await sql<{ positions: Position[] }>`
    select append_events(${JSON.stringify(rows)}::jsonb) as positions`.execute(trx);
  return result.rows.flatMap(({ positions }) => positions);
}

export type LogBounds = {
  /** The last event, or where it would be. */
  readonly head: Position;
  /** Events up to here are gone. */
  readonly discardedThrough: Position;
};

export async function readBounds(ledger: Ledger): Promise<LogBounds> {
  const { rows } = await sql<LogBounds>`
    select greatest(discarded_through, (select max(position) from events)) as head,
      discarded_through as "discardedThrough"
    from event_log_state`.execute(ledger.db);
  return rows[0] ?? { head: LOG_START, discardedThrough: LOG_START };
}

export type Range = {
  /** Exclusive. */
  readonly after: Position;
  /** Inclusive; the end of the log when left out. */
  readonly through?: Position;
  readonly limit: number;
};

type StoredEvent = Selectable<LedgerTables["events"]>;

/**
 * As they are stored, whether or not their data can be read. What is in quarantine is left out: it was passed
 * over at its place, and whoever reads that place later must find the same.
 * @returns in log order
 */
export async function selectEvents(
  db: Kysely<LedgerTables>,
  { after, through, limit }: Range,
  selection: Selection,
): Promise<RecordedEvent[]> {
  const isAll = Object.values(selection).every((condition) => condition === undefined);
  if (isAll && through === undefined) return selectTail(db, after, limit);
  const { subjects, types, customerNumbers, ids, recordedFrom, recordedBefore } = selection;
  let query = db
    .selectFrom("events")
    .selectAll()
    .where("position", ">", after)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("event_quarantine")
            .select("event_quarantine.position")
            .whereRef("event_quarantine.position", "=", "events.position"),
        ),
      ),
    );
  if (through !== undefined) query = query.where("position", "<=", through);
  if (ids !== undefined) query = query.where("id", "in", anyOf(ids));
  if (recordedFrom !== undefined) query = query.where("recorded_at", ">=", new Date(recordedFrom));
  if (recordedBefore !== undefined) {
    query = query.where("recorded_at", "<", new Date(recordedBefore));
  }
  if (subjects !== undefined) query = query.where("subject", "in", anyOf(subjects));
  if (types !== undefined) query = query.where("type", "in", anyOf(types));
  if (customerNumbers !== undefined) {
    query = query.where("customer_number", "in", anyOf(customerNumbers));
  }
  const rows = await query.orderBy("position").limit(limit).execute();
  return rows.map(toRecordedEvent);
}

/** Whatever was appended after a position: asked after each commit, so its plan is kept. */
async function selectTail(
  db: Kysely<LedgerTables>,
  after: Position,
  limit: number,
): Promise<RecordedEvent[]> {
  const { rows } = await sql<StoredEvent>`
    select * from read_event_tail(${after}::bigint, ${limit}::integer)`.execute(db);
  return rows.map(toRecordedEvent);
}

/** `in (…)` as one array parameter: the statement stays the same, and an empty list matches nothing. */
function anyOf(values: readonly string[]) {
  return sql<string>`(select unnest(${values}::text[]))`;
}

/** Deletes events from the start of the log. @returns how many */
export async function deleteThrough(trx: LedgerTransaction, position: Position): Promise<number> {
  const deleted = await trx
    .deleteFrom("events")
    .where("position", "<=", position)
    .executeTakeFirst();
  await sql`
    update event_log_state set discarded_through = greatest(discarded_through, ${position}::bigint)
  `.execute(trx);
  return Number(deleted.numDeletedRows);
}

/** Names a version of a type's schema. */
export function dataschemaOf(type: string, version: number): string {
  return `urn:crossdock:event:${type}:${String(version)}`;
}

function toRecordedEvent(row: StoredEvent): RecordedEvent {
  return {
    specversion: "1.0",
    id: row.id,
    source: row.source,
    type: row.type,
    version: row.version,
    dataschema: dataschemaOf(row.type, row.version),
    subject: row.subject as Subject,
    time: instantOf(row.occurred_at),
    recordedAt: instantOf(row.recorded_at),
    position: row.position as Position,
    sequence: Number(row.sequence),
    customerNumber: row.customer_number as CustomerNumber | null,
    correlationId: row.correlation_id,
    causationId: row.causation_id,
    traceparent: row.traceparent,
    data: row.data,
  };
}
