import { instantOf, type OrderStatus } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { sql, type RawBuilder } from "kysely";
import { ofAccounts } from "../account-condition.ts";
import {
  lateSince,
  STAGE_WORDS,
  type WorkList,
  type WorkQuery,
  type WorkThresholds,
} from "./work-list.ts";

type Db = Ledger["db"];

type Row = {
  readonly id: string;
  readonly number: string | null;
  readonly status: OrderStatus;
  readonly since: Date;
  readonly correlation_id: string | null;
};

/** Orders that were taken and have no number in the ERP. */
export function pendingErpCreation(db: Db): WorkList {
  return orderList(db, {
    rowsOf: byColumn(
      "placed_at",
      sql`number is null and stage_since is not null`,
      (thresholds) => thresholds.pendingErpCreationSeconds,
    ),
    thresholdOf: (_row, { pendingErpCreationSeconds }) => pendingErpCreationSeconds,
    summaryOf: ({ id, status }) =>
      `Order ${id} was taken and ${status === "ON_HOLD" ? "is on hold" : "is not in the ERP yet"}.`,
  });
}

/** Orders of which goods have left without a posted bill. */
export function shippedNotInvoiced(db: Db): WorkList {
  return orderList(db, {
    rowsOf: byColumn(
      "unbilled_since",
      sql`unbilled_since is not null`,
      (thresholds) => thresholds.shippedNotInvoicedSeconds,
    ),
    thresholdOf: (_row, { shippedNotInvoicedSeconds }) => shippedNotInvoicedSeconds,
    summaryOf: (row) => `${named(row)} has goods that have left without a posted bill.`,
  });
}

/** Orders of which something waits for stock past the day that it was promised for. */
export function delayedAllocations(db: Db): WorkList {
  return orderList(db, {
    rowsOf: byColumn(
      "promised_until",
      sql`promised_until is not null`,
      (thresholds) => thresholds.delayedAllocationsSeconds,
    ),
    thresholdOf: (_row, { delayedAllocationsSeconds }) => delayedAllocationsSeconds,
    summaryOf: (row) => `${named(row)} waits for stock past the promised day.`,
  });
}

/** Of each stage the first of those that have been in it for too long, from one index; the oldest of all of them come first. */
export function stuckBetweenStages(db: Db): WorkList {
  return orderList(db, {
    rowsOf: ({ now, thresholds: { stages }, customers, after, limit }) => {
      const limits = Object.entries(stages);
      return sql<Row>`
        select late.* from unnest(
          ${limits.map(([stage]) => stage)}::text[],
          ${limits.map(([, seconds]) => lateSince(now, seconds).toISOString())}::timestamptz[]
        ) as stage (status, before)
        cross join lateral (
          select id, number, status, stage_since as since, state ->> 'correlationId' as correlation_id
          from order_book
          where stage_since is not null and status = stage.status and stage_since < stage.before
            and ${isAfter(sql.ref("stage_since"), after)} and ${isOf(customers)}
          order by stage_since, id limit ${limit}
        ) as late
        order by since, id limit ${limit}`;
    },
    thresholdOf: ({ status }, { stages }) => stages[status] ?? 0,
    summaryOf: (row) => `${named(row)} ${STAGE_WORDS[row.status] ?? "waits"}.`,
  });
}

function orderList(
  db: Db,
  list: {
    readonly rowsOf: (query: WorkQuery) => RawBuilder<Row>;
    readonly thresholdOf: (row: Row, thresholds: WorkThresholds) => number;
    readonly summaryOf: (row: Row) => string;
  },
): WorkList {
  return {
    async list(query) {
      const { rows } = await list.rowsOf(query).execute(db);
      return rows.map((row) => ({
        id: row.id,
        subject: { typename: "Order", id: row.id },
        summary: list.summaryOf(row),
        since: instantOf(row.since),
        thresholdSeconds: list.thresholdOf(row, query.thresholds),
        correlationId: row.correlation_id,
      }));
    },
    // The database reads no state for what it only counts.
    async count(query) {
      const { rows } = await sql<{ count: number }>`
        select count(*)::integer as count from (${list.rowsOf(query)}) as waiting`.execute(db);
      return rows[0]?.count ?? 0;
    },
  };
}

/** @param held what the index of the column holds alone */
function byColumn(
  column: "placed_at" | "unbilled_since" | "promised_until",
  held: RawBuilder<unknown>,
  secondsOf: (thresholds: WorkThresholds) => number,
) {
  const since = sql.ref(column);
  return ({ now, thresholds, customers, after, limit }: WorkQuery) => sql<Row>`
    select id, number, status, ${since} as since, state ->> 'correlationId' as correlation_id
    from order_book
    where ${held} and ${since} < ${lateSince(now, secondsOf(thresholds))}
      and ${isAfter(since, after)} and ${isOf(customers)}
    order by ${since}, id limit ${limit}`;
}

function isAfter(column: RawBuilder<unknown>, after: WorkQuery["after"]): RawBuilder<unknown> {
  return after === null
    ? sql`true`
    : sql`(${column}, id) > (${after.since}::timestamptz, ${after.id})`;
}

function isOf(customers: WorkQuery["customers"]): RawBuilder<unknown> {
  return customers === "all" ? sql`true` : ofAccounts(customers);
}

function named({ id, number }: Row): string {
  return `Order ${number ?? id}`;
}
