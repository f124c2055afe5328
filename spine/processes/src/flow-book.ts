import { instantOf, ORDER_STATUSES, type Instant, type OrderStatus } from "@crossdock/domain";
import { inventoryChanged } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";
import { ENDED_STAGES } from "./watched-columns.ts";

/** How the open orders stand, and what is under way: counted at one moment. */
export type Flow = {
  readonly measuredAt: Instant;
  /** Every combination of a stage and the warehouses that were told something; in no order. */
  readonly groups: readonly FlowGroup[];
  /** Seconds, of the bills that were posted within the last day; `null` when there was none. */
  readonly shipmentToInvoiceP50Seconds: number | null;
  readonly shipmentToInvoiceP95Seconds: number | null;
  /** Seconds from when stock changed until it was known here; `null` when no change is known. */
  readonly inventoryLagP95Seconds: number | null;
  readonly commandsInFlight: number;
  readonly deadLettered: number;
  /** When the oldest command was accepted that no worker has taken yet; `null` when none waits. */
  readonly oldestQueuedAt: Instant | null;
};

export type FlowGroup = {
  readonly stage: OrderStatus;
  /** By code. */
  readonly warehouses: readonly string[];
  readonly count: number;
  /** Of these, how many have been in the stage for longer than its threshold. */
  readonly late: number;
  readonly oldestSince: Instant;
};

export type FlowSample = {
  readonly at: Instant;
  readonly stages: Readonly<Partial<Record<OrderStatus, number>>>;
};

/** After how many seconds in a stage an order is late; a stage that is left out has no such time. */
export type StageThresholds = Readonly<Partial<Record<OrderStatus, number>>>;

export interface FlowBook {
  /** Reads indexes alone: with 100,000 open orders a tenth of a second of an embedded ledger, in ten parts (decision 0042). */
  readFlow(now: Instant, thresholds: StageThresholds): Promise<Flow>;
  /** The orders of each stage alone. */
  readStages(): Promise<FlowSample["stages"]>;
  /** @param hours 1 to 168 @returns oldest first, at most `MAX_FLOW_SAMPLES`, at even distances of whole minutes */
  readHistory(now: Instant, hours: number): Promise<readonly FlowSample[]>;
}

export const MAX_FLOW_SAMPLES = 360;
/** Bills, and changes of stock, that a figure is made of at most: the newest. */
const MAX_MEASURED = 1_000;
const DAY_MS = 24 * 60 * 60_000;
const MINUTES_PER_HOUR = 60;

/** How the orders of this ledger stand. */
export function createFlowBook({ db }: Pick<Ledger, "db">): FlowBook {
  return {
    async readFlow(now, thresholds) {
      const dayAgo = new Date(Date.parse(now) - DAY_MS);
      const [groups, billing, lag, commands] = await Promise.all([
        readGroups(db, now, thresholds),
        readBilling(db, dayAgo),
        readStockLag(db, dayAgo),
        readCommands(db),
      ]);
      return { measuredAt: now, groups, ...billing, inventoryLagP95Seconds: lag, ...commands };
    },

    async readStages() {
      const groups = await readGroups(db, null, {});
      const counts: Partial<Record<OrderStatus, number>> = {};
      for (const { stage, count } of groups) counts[stage] = (counts[stage] ?? 0) + count;
      return counts;
    },

    async readHistory(now, hours) {
      const minutes = hours * MINUTES_PER_HOUR;
      const step = Math.ceil(minutes / MAX_FLOW_SAMPLES);
      const from = new Date(Date.parse(now) - minutes * 60_000);
      const { rows } = await sql<{ at: Date; stages: FlowSample["stages"] }>`
        select at, stages from flow_samples
        where at > ${from} and (extract(epoch from at)::bigint / 60) % ${step}::bigint = 0
        order by at limit ${MAX_FLOW_SAMPLES}`.execute(db);
      return rows.map(({ at, stages }) => ({ at: instantOf(at), stages }));
    },
  };
}

type Db = Ledger["db"];

/**
 * Stage by stage, so that whoever waits for an embedded ledger is served between two of them; the last stage first, so that
 * an order that moves on meanwhile is not counted twice.
 * @param now `null` where nobody asks what is late
 */
async function readGroups(
  db: Db,
  now: Instant | null,
  thresholds: StageThresholds,
): Promise<readonly FlowGroup[]> {
  const groups: FlowGroup[] = [];
  for (const stage of OPEN_STAGES) {
    const seconds = thresholds[stage];
    const lateBefore =
      now === null || seconds === undefined ? null : new Date(Date.parse(now) - seconds * 1_000);
    const { rows } = await sql<{
      warehouses: string[];
      count: number;
      late: number;
      oldest: Date;
    }>`
      select warehouses, count(*)::integer as count, min(stage_since) as oldest,
        count(*) filter (where stage_since < ${lateBefore}::timestamptz)::integer as late
      from order_book
      where stage_since is not null and status = ${stage}
      group by warehouses`.execute(db);
    groups.push(
      ...rows.map(({ oldest, ...group }) => ({ ...group, stage, oldestSince: instantOf(oldest) })),
    );
  }
  return groups;
}

export const OPEN_STAGES: readonly OrderStatus[] = ORDER_STATUSES.filter(
  (status) => !ENDED_STAGES.has(status),
).reverse();

async function readBilling(db: Db, since: Date) {
  const { rows } = await sql<{ p50: number | null; p95: number | null }>`
    select percentile_cont(0.5) within group (order by seconds) as p50,
      percentile_cont(0.95) within group (order by seconds) as p95
    from (
      select extract(epoch from posted_at - shipped_at)::float8 as seconds from billed_shipments
      where posted_at > ${since} order by posted_at desc limit ${MAX_MEASURED}
    ) as newest`.execute(db);
  const { p50 = null, p95 = null } = rows[0] ?? {};
  return { shipmentToInvoiceP50Seconds: p50, shipmentToInvoiceP95Seconds: p95 };
}

async function readStockLag(db: Db, since: Date): Promise<number | null> {
  const { rows } = await sql<{ p95: number | null }>`
    select percentile_cont(0.95) within group (order by seconds) as p95
    from (
      select recorded_at, extract(epoch from recorded_at - occurred_at)::float8 as seconds
      from events where type = ${inventoryChanged.type}
      order by position desc limit ${MAX_MEASURED}
    ) as newest
    where recorded_at > ${since}`.execute(db);
  return rows[0]?.p95 ?? null;
}

/** Without those that our own process does, or that wait for a decision: no worker is to take them. */
async function readCommands(db: Db) {
  const { rows } = await sql<{ in_flight: number; dead: number; oldest: Date | null }>`
    select
      (select count(*)::integer from commands
        where status in ('ACCEPTED', 'RUNNING', 'RETRYING')) as in_flight,
      (select count(*)::integer from commands where status = 'DEAD_LETTERED') as dead,
      (select accepted_at from commands
        where status = 'ACCEPTED' and lane not in ('ledger', 'held')
        order by sequence limit 1) as oldest`.execute(db);
  const { in_flight: commandsInFlight = 0, dead: deadLettered = 0, oldest = null } = rows[0] ?? {};
  return {
    commandsInFlight,
    deadLettered,
    oldestQueuedAt: oldest === null ? null : instantOf(oldest),
  };
}
