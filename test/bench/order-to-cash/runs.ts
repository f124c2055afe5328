import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  InvoiceChangedDocument,
  OrderChangedDocument,
  OrderStandingDocument,
  RecordPaymentDocument,
} from "../../generated/operations.ts";
import { world } from "../../src/contract-prices.ts";
import { anOrder, oldestCursor, placeOrder } from "../../src/placing-orders.ts";
import type { Stack } from "../../src/stack.ts";
import { until } from "../../src/until.ts";

/** What was told of one order; moments are those of the bench's own clock. */
export type Told = {
  /** When its client was told of each change, the first time. */
  readonly atMs: Map<string, number>;
  /** When the warehouse says that it has left; `null` until it has. */
  leftMs: number | null;
};

/** One order on its whole way; `null` until it has come there. */
export type Run = {
  readonly placedMs: number;
  acceptedMs: number | null;
  told: Told | null;
  payingMs: number | null;
  paidMs: number | null;
  /** Why it goes no further. */
  failed: string | null;
};

/** The orders of a run are worth far less. */
const AMPLE_CREDIT = 10_000;
const MS_PER_MINUTE = 60_000;
/** From the last order on. */
const FINISH_MS = 120_000;

/**
 * Places orders at their time, whether those before are done or not, and pays each as soon as it is billed.
 * @returns every order that was placed, two minutes after the last one or once all are paid
 */
export async function measureRuns(
  stack: Stack,
  perMinute: number,
  seconds: number,
): Promise<readonly Run[]> {
  const operator = await stack.token("operator");
  const finance = await stack.token("finance");
  const accounts = world.customers.filter(
    ({ blocked, creditLimit }) => blocked === "none" && Number(creditLimit) >= AMPLE_CREDIT,
  );
  const runs: Run[] = [];
  const told = new Map<string, Told>();
  const runOf = new Map<string, Run>();
  const byInvoice = new Map<string, Run>();
  const after = await oldestCursor(stack, operator);
  const orders = stack.subscribe(OrderChangedDocument, { after }, operator);
  const invoices = stack.subscribe(InvoiceChangedDocument, { after }, finance);

  const pay = async (run: Run, id: string): Promise<void> => {
    const { order } = await stack.ask(OrderStandingDocument, { id }, finance);
    const bill = order?.invoices[0];
    if (bill?.issuedOn == null) throw new Error("The order is invoiced, and has no bill.");
    byInvoice.set(bill.id, run);
    const input = {
      idempotencyKey: randomUUID(),
      invoiceId: bill.id,
      amount: bill.total.amount,
      receivedOn: bill.issuedOn,
    };
    const { recordPayment } = await stack.ask(RecordPaymentDocument, { input }, finance);
    if (recordPayment.userErrors.length > 0) throw new Error(JSON.stringify(recordPayment));
    run.payingMs = Date.now();
  };
  const fail = (run: Run) => (error: unknown) => {
    run.failed ??= String(error);
  };
  /** The first events of an order come before the answer to its client does. */
  const toldOf = (orderId: string): Told => {
    const known = told.get(orderId) ?? { atMs: new Map<string, number>(), leftMs: null };
    told.set(orderId, known);
    return known;
  };
  const followOrders = async (): Promise<void> => {
    for await (const { data } of orders) {
      if (data === null) continue;
      const { type, occurredAt, order } = data.orderChanged;
      const known = toldOf(order.id);
      if (known.atMs.has(type)) continue;
      known.atMs.set(type, Date.now());
      if (type === "SHIPPED") known.leftMs = Date.parse(occurredAt);
      const run = runOf.get(order.id);
      if (type === "INVOICED" && run !== undefined) pay(run, order.id).catch(fail(run));
    }
  };
  const followInvoices = async (): Promise<void> => {
    for await (const { data } of invoices) {
      const run = data === null ? undefined : byInvoice.get(data.invoiceChanged.invoice.id);
      if (run !== undefined && data?.invoiceChanged.type === "PAID") run.paidMs ??= Date.now();
    }
  };
  // They end with their subscriptions; what they did not hear is counted as not complete.
  void Promise.allSettled([followOrders(), followInvoices()]);

  const count = Math.round((perMinute * seconds * 1_000) / MS_PER_MINUTE);
  await Promise.all(
    Array.from({ length: count }, async (_, nth) => {
      await sleep((nth * MS_PER_MINUTE) / perMinute);
      const run: Run = {
        placedMs: Date.now(),
        acceptedMs: null,
        told: null,
        payingMs: null,
        paidMs: null,
        failed: null,
      };
      runs.push(run);
      const { number = "" } = accounts[nth % accounts.length] ?? {};
      try {
        const { orderId } = await placeOrder(stack, anOrder(number), operator);
        run.acceptedMs = Date.now();
        run.told = toldOf(orderId);
        runOf.set(orderId, run);
      } catch (error) {
        fail(run)(error);
      }
    }),
  );
  await until(
    () => Promise.resolve(runs.filter(isUnderWay).length),
    (left) => left === 0,
    FINISH_MS,
  ).catch(() => undefined); // those are counted as not complete
  void Promise.allSettled([orders.return?.(), invoices.return?.()]);
  return runs;
}

function isUnderWay({ paidMs, failed }: Run): boolean {
  return paidMs === null && failed === null;
}
