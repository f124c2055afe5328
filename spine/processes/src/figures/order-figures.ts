import { sql } from "kysely";
import { figure, MAX_SAMPLE, ratio, type Db, type OperatingFigure, type Period } from "./figure.ts";

type OrderRow = {
  readonly taken: number;
  readonly ended: number;
  readonly rejected: number;
  readonly stopped: number;
  readonly cycles: number;
  readonly cycle_p50: number | null;
  readonly cycle_p95: number | null;
  readonly cashes: number;
  readonly cash_p50: number | null;
  readonly cash_p95: number | null;
  readonly lines: number;
  readonly filled: number;
  readonly promised: number;
  readonly kept: number;
};

/** Of the orders that were placed in the period, as they stand now; synthetic ones are none. */
export async function orderFigures(
  db: Db,
  { from, to }: Period,
): Promise<readonly OperatingFigure[]> {
  const { rows } = await sql<OrderRow>`
    with placed as materialized (
      select id, status, placed_at, state from order_book
      where placed_at >= ${from} and placed_at < ${to} and state is not null and not is_synthetic
      order by placed_at desc, id desc limit ${MAX_SAMPLE}
    ),
    reached as materialized (
      select placed.id, placed_at,
        max((milestone ->> 'at')::timestamptz) filter (where milestone ->> 'type' = 'SHIPPED') as shipped_at,
        max((milestone ->> 'at')::timestamptz) filter (where milestone ->> 'type' = 'DELIVERED') as delivered_at,
        max((milestone ->> 'at')::timestamptz) filter (where milestone ->> 'type' = 'INVOICED') as invoiced_at
      from placed cross join lateral jsonb_array_elements(state -> 'timeline') as milestone
      group by placed.id, placed_at
    ),
    cycles as (
      select extract(epoch from shipped_at - placed_at)::float8 as seconds from reached
      where shipped_at is not null
    ),
    cashes as (
      select extract(epoch from invoiced_at - placed_at)::float8 as seconds from reached
      where invoiced_at is not null
    ),
    lines as (
      select (ordered ->> 'value')::numeric as ordered, (line #>> '{shipped,value}')::numeric as shipped
      from placed
      cross join lateral jsonb_array_elements(state -> 'lines') with ordinality as progress (line, at)
      cross join lateral (select state #> array['draft', 'lines', (at - 1)::text, 'ordered']) as draft (ordered)
      where status in ('SHIPPED', 'DELIVERED', 'INVOICED', 'CLOSED')
    ),
    promises as (
      select reached.delivered_at < (state #>> '{draft,requestedDeliveryOn}')::date + 1 as is_kept
      from placed join reached using (id)
      where reached.delivered_at is not null and state #>> '{draft,requestedDeliveryOn}' is not null
    )
    select
      (select count(*)::integer from placed) as taken,
      (select count(*)::integer from placed
        where status in ('SHIPPED', 'DELIVERED', 'INVOICED', 'CLOSED', 'CANCELLED', 'REJECTED')) as ended,
      (select count(*)::integer from placed where status = 'REJECTED') as rejected,
      (select count(*)::integer from placed where exists (
        select from exceptions where exceptions.correlation_id = placed.state ->> 'correlationId'
          and exceptions.opened_at >= placed.placed_at)) as stopped,
      (select count(*)::integer from cycles) as cycles,
      (select percentile_cont(0.5) within group (order by seconds) from cycles) as cycle_p50,
      (select percentile_cont(0.95) within group (order by seconds) from cycles) as cycle_p95,
      (select count(*)::integer from cashes) as cashes,
      (select percentile_cont(0.5) within group (order by seconds) from cashes) as cash_p50,
      (select percentile_cont(0.95) within group (order by seconds) from cashes) as cash_p95,
      (select count(*)::integer from lines) as lines,
      (select count(*)::integer from lines where shipped >= ordered) as filled,
      (select count(*)::integer from promises) as promised,
      (select count(*)::integer from promises where is_kept) as kept`.execute(db);
  const [row] = rows;
  if (row === undefined) return [];
  return [
    figure("ordersTaken", "COUNT", row.taken, row.taken),
    figure("orderCycleP50", "SECONDS", row.cycle_p50, row.cycles),
    figure("orderCycleP95", "SECONDS", row.cycle_p95, row.cycles),
    figure("orderToInvoiceP50", "SECONDS", row.cash_p50, row.cashes),
    figure("orderToInvoiceP95", "SECONDS", row.cash_p95, row.cashes),
    ratio("orderFallout", row.stopped + row.rejected, row.taken),
    ratio("fillRate", row.filled, row.lines),
    ratio("promiseAccuracy", row.kept, row.promised),
  ];
}

/** Of the bills that were posted in the period. */
export async function billFigures(
  db: Db,
  { from, to }: Period,
): Promise<readonly OperatingFigure[]> {
  const { rows } = await sql<{
    bills: number;
    p50: number | null;
    p95: number | null;
    repriced: number;
  }>`
    with posted as materialized (
      select invoice_number, order_id, extract(epoch from posted_at - shipped_at)::float8 as seconds
      from billed_shipments where posted_at >= ${from} and posted_at < ${to}
      order by posted_at desc limit ${MAX_SAMPLE}
    )
    select count(*)::integer as bills,
      percentile_cont(0.5) within group (order by seconds) as p50,
      percentile_cont(0.95) within group (order by seconds) as p95,
      (select count(*)::integer from exceptions
        where code = 'PRICE_DISCREPANCY' and opened_at >= ${from} and opened_at < ${to}) as repriced
    from posted`.execute(db);
  const { bills = 0, p50 = null, p95 = null, repriced = 0 } = rows[0] ?? {};
  return [
    figure("invoiceCycleP50", "SECONDS", p50, bills),
    figure("invoiceCycleP95", "SECONDS", p95, bills),
    ratio("pricingAccuracy", Math.max(0, bills - repriced), bills),
  ];
}
