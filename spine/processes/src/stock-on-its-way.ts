import {
  parseDecimal,
  quantity,
  type Instant,
  type Sku,
  type StockPart,
  type UomCode,
  type WarehouseCode,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";

/**
 * What accepted orders will take, and no warehouse has counted yet: of orders for which nothing was set aside, which take
 * what is there when they arrive. What an order took of reservations is counted with these.
 * @param askedAt when the warehouses were asked, by sku: what they were told since is not in what they said
 */
export async function stockOnItsWay(
  trx: LedgerTransaction,
  skus: readonly Sku[],
  askedAt: ReadonlyMap<Sku, Instant>,
): Promise<readonly StockPart[]> {
  const asked = skus.flatMap((sku) => {
    const at = askedAt.get(sku);
    return at === undefined ? [] : [{ sku, at }];
  });
  if (asked.length === 0) return [];
  const { rows } = await sql<{
    readonly sku: string;
    readonly warehouse: string;
    readonly uom: string;
    readonly quantity: string;
  }>`
    with asked as materialized (
      select * from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as asked (sku text, at text)
    ),
    going as (
      select orders.id, line->>'sku' as sku, part->>'warehouse' as warehouse,
        part->'quantity'->>'uom' as uom, (part->'quantity'->>'value')::numeric as quantity
      from order_book orders
      cross join lateral jsonb_array_elements(orders.state->'draft'->'lines') as line
      join asked on asked.sku = line->>'sku'
      cross join lateral (
        select planned as part from jsonb_array_elements(orders.state->'sourcing'->'planned') as planned
        union all
        select released || jsonb_build_object('warehouse', step->>'warehouse')
        from jsonb_array_elements(orders.state->'steps') as step
        cross join lateral jsonb_array_elements(step->'lines') as released
        where step->>'kind' = 'releaseOrder' and (step->>'status' = 'ASKED'
          -- Each warehouse takes its release at a time of its own.
          or (step->>'status' = 'DONE' and coalesce(step->>'takenAt' >= asked.at, exists (
            select from jsonb_array_elements(orders.state->'timeline') as told
            where told->>'type' = 'ALLOCATED' and told->>'at' >= asked.at))))
      ) as parts
      where orders.skus && ${[...skus]}::text[] and orders.unbilled <> 0
        and orders.status not in ('SHIPPED', 'DELIVERED')
        and part->>'lineNumber' = line->>'lineNumber'
        and coalesce((orders.state->'draft'->'acceptance'->>'isPromised')::boolean, false) = false
        -- Who waits for a decision gets nothing yet.
        and not orders.state @? '$.holds[*].code ? (@ starts with "approval:")'
    ),
    taken as (
      select order_id as id, sku, warehouse, sum(quantity) as quantity from reservations
      where order_id in (select id from going) and status = 'CONSUMED'
      group by order_id, sku, warehouse
    )
    select sku, warehouse, uom, sum(quantity)::text as quantity from (
      select sku, warehouse, uom,
        greatest(0, sum(going.quantity) - coalesce(max(taken.quantity), 0)) as quantity
      from going left join taken using (id, sku, warehouse)
      group by id, sku, warehouse, uom
    ) as orders
    group by sku, warehouse, uom having sum(quantity) > 0`.execute(trx);
  return rows.map((row) => ({
    sku: row.sku as Sku,
    warehouse: row.warehouse as WarehouseCode,
    quantity: quantity(parseDecimal(row.quantity), row.uom as UomCode),
  }));
}
