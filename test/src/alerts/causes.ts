import type { Ledger } from "@crossdock/ledger";
import type { SourceName } from "@crossdock/sandbox";
import {
  BillingOfOrderDocument,
  ReconciliationHistoryDocument,
  RunReconciliationDocument,
  RunSyntheticOrderDocument,
  ShippingOptionsDocument,
} from "../../generated/operations.ts";
import { billAgain } from "../finance-clerk.ts";
import { readMetric } from "../metrics.ts";
import { anOrder, placeOrder, waitForStatus } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";
import { createHeldOrders } from "../held-orders.ts";
import { until } from "../until.ts";

const CUSTOMER = "C10010";
/** Nobody else's orders have them. */
const BLOCKED_ITEMS = ["NG-10003", "NG-10005", "NG-10006"];
const STEP_MS = 90_000;
const LONG_MS = 900_000;
const LOCK_MS = 5_000;

export type Scene = {
  readonly stack: Stack;
  /** The program's own database. */
  readonly ledger: Ledger;
  readonly portal: string;
  readonly partner: string;
  readonly operator: string;
};

/** Finance and the ERP are still there: two bills for one order, and one whose total is another than ours. */
export async function spoilABill({ stack, portal, operator }: Scene): Promise<void> {
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, order, "INVOICED", portal, STEP_MS);
  const { order: billed } = await stack.ask(
    BillingOfOrderDocument,
    { id: order.orderId },
    operator,
  );
  const number = billed?.shipments[0]?.billing[0]?.invoiceNumber ?? "";
  await billAgain(`http://127.0.0.1:${stack.settings["SANDBOX_PORT"] ?? ""}`, number);
  const counted = (name: string) => () => readMetric(stack.url, name);
  await until(counted("crossdock_duplicate_invoices_total"), (bills) => bills > 0, STEP_MS);
  await stack.sandbox.tamper("finance", "invoice", number, { total: "1.00" });
  await stack.ask(RunReconciliationDocument, { scope: "INVOICE_TOTALS" }, operator);
  await until(counted("crossdock_reconciliation_mismatches"), (found) => found > 0, STEP_MS);
}

/** Three orders are accepted while their items are good, and the ERP refuses them when it is asked; nobody deals with them. */
export async function blockItems({ stack, ledger: { pool } }: Scene): Promise<void> {
  const orders = BLOCKED_ITEMS.map((sku) => ({ customer: CUSTOMER, sku }));
  await createHeldOrders(stack).blocked(...orders);
  const refused = async () => {
    const { rows } = await pool.query<{ open: number }>(
      "select count(*)::int as open from exceptions where code = 'ITEM_BLOCKED' and resolved_at is null",
    );
    return rows[0]?.open ?? 0;
  };
  await until(refused, (open) => open === orders.length, STEP_MS);
  await pool.query("update exceptions set due_at = now() - interval '1 hour'");
}

/**
 * Tax engine and finance are away while an order is to be billed; then the warehouse, while orders are to be released; and
 * the ERP last, so that a synthetic order gets no number.
 */
export async function loseTheSources({ stack, portal, operator }: Scene): Promise<void> {
  const lose = (source: SourceName) =>
    stack.sandbox.fault({ source, kind: "down", forMs: LONG_MS });
  await lose("tax");
  await lose("finance");
  await placeOrder(stack, anOrder(CUSTOMER), portal);
  await until(
    () => failedTaxCalls(stack.url),
    (calls) => calls > 0,
    STEP_MS,
  );
  await lose("wms");
  const orders = await Promise.all(
    Array.from({ length: 4 }, () => placeOrder(stack, anOrder(CUSTOMER), portal)),
  );
  await Promise.all(orders.map((one) => waitForStatus(stack, one, "CONFIRMED", portal, STEP_MS)));
  await lose("erp");
  // Where one is under way, another is refused, and that one fails.
  await stack.query(RunSyntheticOrderDocument, {}, operator);
}

const failedTaxCalls = (url: string) =>
  readMetric(url, "crossdock_source_call_seconds_count", { source: "tax", outcome: "unavailable" });

/** What only who owns the database can do: a consumer stops, an event is spoilt, the journal is changed. */
export async function meddle({ ledger: { pool } }: Scene): Promise<void> {
  await pool.query("insert into consumer_offsets values ('stopped', 0, now())");
  await pool.query(`
    insert into events (id, source, type, version, subject, sequence, occurred_at, recorded_at,
      correlation_id, data)
    values ('spoilt', '/test', 'orders.orderChanged', 1, 'order:SPOILT', 1, now(), now(), 'test', '{}')`);
  await pool.query("alter table audit_journal disable trigger all");
  await pool.query("update audit_journal set outcome = 'another' where sequence = 2");
  await pool.query("alter table audit_journal enable trigger all");
}

/** More is asked of a carrier than it allows. */
export async function exhaustTheCarrier({ stack, operator }: Scene): Promise<void> {
  const inputs = Array.from({ length: 20 }, (_, at) => parcelTo(String(10_001 + at)));
  await Promise.all(
    inputs.map((input) => stack.query(ShippingOptionsDocument, { input }, operator)),
  );
}

const parcelTo = (postalCode: string) => ({
  customerId: CUSTOMER,
  lines: [{ sku: "NG-10004", quantity: "2" }],
  shipTo: {
    name: "A customer",
    lines: ["1 Main Street"],
    city: "New York",
    region: "NY",
    postalCode,
    country: "US",
  },
});

/** A partner sends what no schema has. */
export async function degradeAPartner({ stack, partner }: Scene): Promise<void> {
  const body = JSON.stringify({ query: "{ nothingOfTheKind }" });
  await again(() => stack.post(body, partner));
}

/** Somebody holds a table, so that who reads it waits; then it is gone, and who reads it fails. */
export async function troubleTheGateway({ stack, ledger, operator }: Scene): Promise<void> {
  const variables = { scope: "INVOICE_TOTALS" } as const;
  const look = () => stack.query(ReconciliationHistoryDocument, variables, operator);
  await whileLocked(ledger, "reconciliations", async () => {
    await Promise.all([look(), look(), look()]);
  });
  await ledger.pool.query("alter table reconciliations rename to reconciliations_gone");
  await again(look);
}

/** More is read at once than may wait to be written down. */
export async function readTooMuch({ stack, operator }: Scene): Promise<void> {
  const page = "(first: 100) { edges { node { id } } }";
  const body = JSON.stringify({ query: `{ orders${page} shipments${page} invoices${page} }` });
  await again(() => stack.post(body, operator));
}

/** The table is locked for `LOCK_MS`; `work` may last longer. */
async function whileLocked(
  { pool }: Ledger,
  table: string,
  work: () => Promise<void>,
): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    await client.query(`lock table ${table} in access exclusive mode`);
    const working = work();
    await new Promise((resolve) => setTimeout(resolve, LOCK_MS));
    await client.query("rollback");
    await working;
  } finally {
    client.release();
  }
}

const TIMES = 8;
const PAUSE_MS = 1_000;

/** Over several looks of Prometheus: a rate needs two. */
async function again(work: () => Promise<unknown>): Promise<void> {
  for (let count = 0; count < TIMES; count += 1) {
    await work();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
