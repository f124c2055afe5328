import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";

type Db = Ledger["db"];

/** Rows that one figure looks at, at most: beyond that a count stands still. */
export const MAX_COUNTED = 50_000;

export type LaneFigure = {
  readonly lane: string;
  readonly status: string;
  readonly depth: number;
  readonly oldestAt: Date;
};

/** What is in the queue, by lane and status. Commands that wait for a decision are not in it. */
export async function readLanes(db: Db): Promise<readonly LaneFigure[]> {
  const { rows } = await sql<LaneFigure>`
    select lane, status, count(*)::int as depth, min(accepted_at) as "oldestAt" from (
      select lane, status, accepted_at from commands
      where status in ('ACCEPTED', 'RUNNING', 'RETRYING') and lane <> 'ledger'
      limit ${MAX_COUNTED}
    ) as unsettled group by lane, status`.execute(db);
  return rows;
}

export type ExceptionFigure = {
  readonly class: string | null;
  readonly owner: string;
  readonly open: number;
  readonly oldestAt: Date;
};

/** What waits for a person, by the failure's class and by who can help. */
export async function readOpenExceptions(db: Db): Promise<readonly ExceptionFigure[]> {
  const { rows } = await sql<ExceptionFigure>`
    select error_class as class, owner, count(*)::int as open, min(opened_at) as "oldestAt" from (
      select error_class, owner, opened_at from exceptions
      where resolved_at is null order by sequence limit ${MAX_COUNTED}
    ) as waiting group by error_class, owner`.execute(db);
  return rows;
}

export type ConsumerFigure = {
  readonly consumer: string;
  /** Places of the log that it has not come to; rolled back appends leave empty ones. */
  readonly behind: number;
  /** When the first of them was recorded; `null` when it is at the end. */
  readonly waitingSince: Date | null;
};

/** How far each durable consumer of the log is behind its end. */
export async function readConsumers(db: Db): Promise<readonly ConsumerFigure[]> {
  const { rows } = await sql<ConsumerFigure>`
    select consumer, greatest(0, head.position - consumer_offsets.position)::float8 as behind,
      next.recorded_at as "waitingSince"
    from consumer_offsets
    cross join (select coalesce(max(position), 0) as position from events) as head
    left join lateral (
      select recorded_at from events
      where events.position > consumer_offsets.position order by events.position limit 1
    ) as next on true`.execute(db);
  return rows;
}

/** Events that nobody could read, and nobody has repaired. */
export async function countQuarantined(db: Db): Promise<number> {
  const { rows } = await sql<{ waiting: number }>`
    select count(*)::int as waiting from (
      select from event_quarantine where released_at is null limit ${MAX_COUNTED}
    ) as waiting`.execute(db);
  return rows[0]?.waiting ?? 0;
}
