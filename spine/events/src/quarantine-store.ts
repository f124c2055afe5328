import { instantOf, type CustomerNumber, type Instant } from "@crossdock/domain";
import type { Ledger, LedgerTables, LedgerTransaction } from "@crossdock/ledger";
import { sql, type Selectable } from "kysely";
import type { Position } from "./position.ts";
import type { RecordedEvent } from "./recorded-event.ts";

/** An event that is passed over at its place in the log. */
export type QuarantinedEvent = {
  /** As it was found: its data does not fit its schema. */
  readonly event: RecordedEvent;
  /** What does not fit. */
  readonly reason: string;
  readonly foundAt: Instant;
  /** What a person made of it; `null` while it waits. */
  readonly released: {
    readonly at: Instant;
    readonly by: string;
    /** Where it stands now, repaired. */
    readonly position: Position;
  } | null;
};

/** @returns false when it was there already: somebody else found it first */
export async function insertQuarantined(
  { db }: Ledger,
  { event, reason, foundAt }: Omit<QuarantinedEvent, "released">,
): Promise<boolean> {
  const inserted = await db
    .insertInto("event_quarantine")
    .values({
      position: event.position,
      event_id: event.id,
      event: JSON.stringify(event),
      reason,
      found_at: foundAt,
      released_at: null,
      released_by: null,
      released_as: null,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}

/** Whose events: `"all"` is everybody's and nobody's. */
export type Sight = readonly CustomerNumber[] | "all";

/** @returns what waits for a person, in log order */
export async function selectWaiting(
  { db }: Ledger,
  { limit, customers }: { readonly limit: number; readonly customers: Sight },
): Promise<QuarantinedEvent[]> {
  const rows = await db
    .selectFrom("event_quarantine")
    .selectAll()
    .where("released_at", "is", null)
    .where(within(customers))
    .orderBy("position")
    .limit(limit)
    .execute();
  return rows.map(toQuarantined);
}

/** Holds its row until the commit. @returns `null` when there is no such event in quarantine */
export async function lockQuarantined(
  trx: LedgerTransaction,
  eventId: string,
  customers: Sight,
): Promise<QuarantinedEvent | null> {
  const row = await trx
    .selectFrom("event_quarantine")
    .selectAll()
    .where("event_id", "=", eventId)
    .where(within(customers))
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : toQuarantined(row);
}

export async function markReleased(
  trx: LedgerTransaction,
  eventId: string,
  { at, by, position }: NonNullable<QuarantinedEvent["released"]>,
): Promise<void> {
  await trx
    .updateTable("event_quarantine")
    .set({ released_at: at, released_by: by, released_as: position })
    .where("event_id", "=", eventId)
    .execute();
}

function within(customers: Sight) {
  return customers === "all"
    ? sql<boolean>`true`
    : sql<boolean>`event ->> 'customerNumber' = any(${[...customers]}::text[])`;
}

function toQuarantined(row: Selectable<LedgerTables["event_quarantine"]>): QuarantinedEvent {
  const { released_at: at, released_by: by, released_as: position } = row;
  const isReleased = at !== null && by !== null && position !== null;
  return {
    event: row.event as unknown as RecordedEvent,
    reason: row.reason,
    foundAt: instantOf(row.found_at),
    released: isReleased ? { at: instantOf(at), by, position: position as Position } : null,
  };
}
