import { inventoryChanged } from "@crossdock/events";
import { sql } from "kysely";
import { figure, MAX_SAMPLE, ratio, type Db, type OperatingFigure, type Period } from "./figure.ts";

/** Who of us closes what needs nobody: everybody else who closes something is a person. */
const OURSELVES = [
  "order-to-cash",
  "ingest",
  "crossdock",
  "reconciliation",
  "synthetic-orders",
  "webhooks",
];

type WorkRow = {
  readonly settled: number;
  readonly by_itself: number;
  readonly opened: number;
  readonly closed: number;
  readonly by_person: number;
  readonly p50: number | null;
  readonly p95: number | null;
};

/** How much of what went wrong needed a person, and for how long. */
export async function workFigures(
  db: Db,
  { from, to }: Period,
): Promise<readonly OperatingFigure[]> {
  const { rows } = await sql<WorkRow>`
    with settled as materialized (
      select id, status, attempts from commands
      where lane in ('erp', 'wms', 'finance', 'tax', 'carrier')
        and completed_at >= ${from} and completed_at < ${to}
      limit ${MAX_SAMPLE}
    ),
    closed as materialized (
      select resolved_by, extract(epoch from resolved_at - opened_at)::float8 as seconds from exceptions
      where resolved_at >= ${from} and resolved_at < ${to}
      order by resolved_at desc limit ${MAX_SAMPLE}
    )
    select
      (select count(*)::integer from settled) as settled,
      (select count(*)::integer from settled where status = 'SUCCEEDED' and attempts > 1
        and not exists (select from exceptions where exceptions.command_id = settled.id)) as by_itself,
      (select count(*)::integer from exceptions
        where opened_at >= ${from} and opened_at < ${to}) as opened,
      count(*)::integer as closed,
      (count(*) filter (where resolved_by <> all(${OURSELVES}::text[])))::integer as by_person,
      percentile_cont(0.5) within group (order by seconds) as p50,
      percentile_cont(0.95) within group (order by seconds) as p95
    from closed`.execute(db);
  const [row] = rows;
  if (row === undefined) return [];
  const automatic = row.by_itself + row.closed - row.by_person;
  return [
    figure("automaticResolutions", "COUNT", automatic, automatic),
    figure("manualResolutions", "COUNT", row.by_person, row.by_person),
    ratio("automaticShare", automatic, automatic + row.by_person),
    ratio("exceptionRate", row.opened, row.settled),
    figure("exceptionResolutionP50", "SECONDS", row.p50, row.closed),
    figure("exceptionResolutionP95", "SECONDS", row.p95, row.closed),
  ];
}

/** How far the books are from what lies on the shelves, and how late they follow. */
export async function stockFigures(
  db: Db,
  { from, to }: Period,
): Promise<readonly OperatingFigure[]> {
  const { rows } = await sql<{
    compared: number;
    wrong: number;
    moves: number;
    p95: number | null;
  }>`
    with runs as (
      select compared, mismatch_count from reconciliations
      where scope = 'INVENTORY' and status = 'DONE' and started_at >= ${from} and started_at < ${to}
      order by started_at desc limit ${MAX_SAMPLE}
    ),
    moves as (
      select recorded_at, extract(epoch from recorded_at - occurred_at)::float8 as seconds from events
      where type = ${inventoryChanged.type}
      order by position desc limit ${MAX_SAMPLE}
    ),
    theirs as (select seconds from moves where recorded_at >= ${from} and recorded_at < ${to})
    select
      (select coalesce(sum(compared), 0)::integer from runs) as compared,
      (select coalesce(sum(mismatch_count), 0)::integer from runs) as wrong,
      (select count(*)::integer from theirs) as moves,
      (select percentile_cont(0.95) within group (order by seconds) from theirs) as p95`.execute(
    db,
  );
  const { compared = 0, wrong = 0, moves = 0, p95 = null } = rows[0] ?? {};
  return [
    ratio("inventoryAccuracy", Math.max(0, compared - wrong), compared),
    figure("inventoryFreshnessP95", "SECONDS", p95, moves),
  ];
}

const MAX_PARTNERS = 1_000;
const SECONDS_PER_DAY = 86_400;

/** From when a partner was registered until its first day of use, of those that were registered in the period. */
export async function partnerFigures(
  db: Db,
  { from, to }: Period,
): Promise<readonly OperatingFigure[]> {
  const { rows } = await sql<{ joined: number; seconds: number | null }>`
    select count(first.used_on)::integer as joined,
      percentile_cont(0.5) within group (
        order by greatest(0, extract(epoch from first.used_on::timestamptz - created_at))::float8
      ) filter (where first.used_on is not null) as seconds
    from (
      select client_id, created_at from partners
      where created_at >= ${from} and created_at < ${to} limit ${MAX_PARTNERS}
    ) as joined
    left join lateral (
      select min(used_on) as used_on from operation_usage where client_id = joined.client_id
    ) as first on true`.execute(db);
  const { joined = 0, seconds = null } = rows[0] ?? {};
  const days = seconds === null ? null : seconds / SECONDS_PER_DAY;
  return [figure("partnerOnboardingP50", "DAYS", days, joined)];
}
