import {
  addQuantities,
  negated,
  subtractQuantities,
  toBaseUom,
  warehouseOfLine,
  zeroQuantity,
  type Instant,
  type OrderNumber,
  type Product,
  type Quantity,
  type Receipt,
  type Return,
  type Shipment,
  type Sku,
  type SourceOrder,
  type UomCode,
  type WarehouseCode,
} from "@crossdock/domain";
import { stockKey, type OrderRecord } from "@crossdock/processes";
import { MAX_BATCH_KEYS } from "@crossdock/source-contract";
import { sql } from "kysely";
import type { ComparisonDeps } from "./deps.ts";

/** Sums by `stockKey`; what is not there is nothing. */
type Sums = ReadonlyMap<string, Quantity>;

/** Goods that the warehouse has moved and the ERP has not posted. */
export type UnderWay = {
  /** Left less what the ERP has posted as shipped of the same orders. */
  readonly leaving: Sums;
  /** Went onto a shelf, posted or not. */
  readonly arrived: Sums;
};

/** Shipments and receipts that one look considers. */
const MAX_DOCUMENTS = 5_000;

/** Of some products, since some moment. Orders that the ERP has not posted as shipped are read from it again. */
export async function readUnderWay(
  deps: ComparisonDeps,
  { skus, since }: { readonly skus: readonly Sku[]; readonly since: Instant },
  signal: AbortSignal,
): Promise<UnderWay> {
  const wanted = new Set(skus);
  const shipments = await shipmentsOf(deps, skus, since);
  const numbers = [...new Set(shipments.flatMap(({ orderNumbers }) => orderNumbers))];
  const records = await recordsOf(deps, numbers);
  const products = await productsOf(deps, skus);
  const moved = createSums();
  const left = leftByOrder(shipments, wanted);
  const behind: OrderNumber[] = [];
  for (const [number, sums] of left) {
    const record = records.get(number);
    const order = record?.source?.order ?? null;
    const posted = postedOf(record, order, wanted, products);
    if (isAllPosted(sums, posted)) continue;
    behind.push(number);
  }
  // Of an order that is not posted, also what left before the moment: the ERP's sum is of all of it.
  const all = leftByOrder(await shipmentsOfOrders(deps, behind), wanted);
  const now = await readOrders(deps, behind, signal);
  for (const number of behind) {
    const posted = postedOf(records.get(number), now.get(number) ?? null, wanted, products);
    for (const [key, amount] of all.get(number) ?? []) moved.add(key, amount);
    for (const [key, amount] of posted) moved.add(key, negated(amount));
  }
  return { leaving: moved.sums, arrived: await arrivedOf(deps, wanted, since) };
}

export function sumOf(sums: Sums, key: string, uom: UomCode): Quantity {
  const sum = sums.get(key);
  return sum?.uom === uom ? sum : zeroQuantity(uom);
}

function createSums() {
  const sums = new Map<string, Quantity>();
  return {
    sums,
    add(key: string, amount: Quantity): void {
      const before = sums.get(key);
      if (before === undefined) sums.set(key, amount);
      else if (before.uom === amount.uom) sums.set(key, addQuantities(before, amount));
    },
  };
}

async function shipmentsOf(
  { ledger }: ComparisonDeps,
  skus: readonly Sku[],
  since: Instant,
): Promise<readonly Shipment[]> {
  const lines = skus.map((sku) => JSON.stringify([{ sku }]));
  const { rows } = await sql<{ readonly shipment: Shipment }>`
    select shipment from shipment_book
    where shipment -> 'lines' @> any(${lines}::jsonb[])
      and shipped_at is not null and shipped_at >= ${since} and status <> 'CANCELLED'
    limit ${MAX_DOCUMENTS}`.execute(ledger.db);
  return rows.map(({ shipment }) => shipment);
}

async function shipmentsOfOrders(
  { shipmentBook }: ComparisonDeps,
  numbers: readonly OrderNumber[],
): Promise<readonly Shipment[]> {
  const found = new Map<string, Shipment>();
  for (let at = 0; at < numbers.length; at += MAX_BATCH_KEYS) {
    const some = numbers.slice(at, at + MAX_BATCH_KEYS);
    for (const { shipment } of (await shipmentBook.readShipmentsOfOrders(some)).flat()) {
      const { shippedAt, status } = shipment;
      if (shippedAt !== null && status !== "CANCELLED") found.set(shipment.id, shipment);
    }
  }
  return [...found.values()];
}

function leftByOrder(
  shipments: readonly Shipment[],
  wanted: ReadonlySet<Sku>,
): ReadonlyMap<OrderNumber, Sums> {
  const byOrder = new Map<OrderNumber, ReturnType<typeof createSums>>();
  for (const { warehouse, lines } of shipments) {
    for (const { orderNumber, sku, quantity: amount } of lines) {
      if (!wanted.has(sku)) continue;
      const sums = byOrder.get(orderNumber) ?? createSums();
      sums.add(stockKey({ sku, warehouse }), amount);
      byOrder.set(orderNumber, sums);
    }
  }
  return new Map([...byOrder].map(([number, { sums }]) => [number, sums]));
}

/** What the ERP has posted as shipped of an order, where its lines stand there. */
function postedOf(
  record: OrderRecord | undefined,
  order: SourceOrder | null,
  wanted: ReadonlySet<Sku>,
  products: ReadonlyMap<Sku, Product>,
): Sums {
  const sums = createSums();
  for (const line of order?.lines ?? []) {
    if (!wanted.has(line.sku)) continue;
    const draft = record?.state?.draft ?? null;
    const warehouse: WarehouseCode | null =
      draft === null ? (order?.warehouse ?? null) : warehouseOfLine(draft, line.lineNumber);
    const product = products.get(line.sku);
    const base = product === undefined ? null : toBaseUom(product, line.shipped);
    if (warehouse !== null && base !== null) sums.add(stockKey({ sku: line.sku, warehouse }), base);
  }
  return sums.sums;
}

function isAllPosted(left: Sums, posted: Sums): boolean {
  return [...new Set([...left.keys(), ...posted.keys()])].every((key) => {
    const [out, done] = [left.get(key), posted.get(key)];
    if (out === undefined || done === undefined) return (out ?? done)?.value === "0";
    return out.uom === done.uom && subtractQuantities(out, done).value === "0";
  });
}

async function recordsOf(
  { orderBook }: ComparisonDeps,
  numbers: readonly OrderNumber[],
): Promise<ReadonlyMap<OrderNumber, OrderRecord>> {
  const found = new Map<OrderNumber, OrderRecord>();
  for (let at = 0; at < numbers.length; at += MAX_BATCH_KEYS) {
    const some = numbers.slice(at, at + MAX_BATCH_KEYS);
    for (const record of await orderBook.readOrdersByNumber(some)) {
      if (record?.number != null) found.set(record.number, record);
    }
  }
  return found;
}

async function readOrders(
  { erp }: ComparisonDeps,
  numbers: readonly OrderNumber[],
  signal: AbortSignal,
): Promise<ReadonlyMap<OrderNumber, SourceOrder>> {
  const found = new Map<OrderNumber, SourceOrder>();
  for (let at = 0; at < numbers.length; at += MAX_BATCH_KEYS) {
    const some = numbers.slice(at, at + MAX_BATCH_KEYS);
    for (const order of await erp.orders.readOrders(some, signal)) {
      if (order !== null) found.set(order.number, order);
    }
  }
  return found;
}

export async function productsOf(
  { productBook }: Pick<ComparisonDeps, "productBook">,
  skus: readonly Sku[],
): Promise<ReadonlyMap<Sku, Product>> {
  if (skus.length === 0) return new Map();
  const found = await productBook.readProducts(skus);
  return new Map(
    found.flatMap((item) => (item === null ? [] : [[item.document.sku, item.document]])),
  );
}

async function arrivedOf(
  { ledger }: ComparisonDeps,
  wanted: ReadonlySet<Sku>,
  since: Instant,
): Promise<Sums> {
  const sums = createSums();
  const receipts = await ledger.db
    .selectFrom("receipt_book")
    .select(["warehouse", "lines"])
    .where("modified_at", ">=", new Date(since))
    .limit(MAX_DOCUMENTS)
    .execute();
  for (const { warehouse, lines } of receipts) {
    for (const { sku, stowed } of lines as unknown as Receipt["lines"]) {
      if (wanted.has(sku)) sums.add(stockKey({ sku, warehouse }), stowed);
    }
  }
  const returns = await ledger.db
    .selectFrom("returns")
    .select("process")
    .where("requested_at", ">=", new Date(since))
    .where("process", "is not", null)
    .limit(MAX_DOCUMENTS)
    .execute();
  for (const { process } of returns) {
    for (const { warehouse, counted } of (process as Pick<Return, "parcels">).parcels) {
      for (const { sku, quantity: amount, disposition } of counted) {
        if (disposition !== "RESTOCK" || !wanted.has(sku)) continue;
        sums.add(stockKey({ sku, warehouse }), amount);
      }
    }
  }
  return sums.sums;
}
