import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { notifyOfOrder } from "../src/erp-webhook.ts";
import { notifyOfInvoice } from "../src/finance-webhook.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { readMetric } from "../src/metrics.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { aNotification, notify } from "../src/warehouse-webhook.ts";

const NOTIFICATIONS = 1_000;
/** Distinct records that a burst names. */
const RECORDS = 200;
/** Sent at once. */
const WIDTH = 50;
/** A source has settled when it was not asked for so long. */
const QUIET_MS = 2_000;
const LOOK_AGAIN_MS = 250;
/** What a burst may cost its source: asked for each notification it would be a thousand. */
const MOST_CALLS = { erp: 25, wms: 25, finance: 60 } as const;

jest.setTimeout(180_000);

let stack: Stack;
/** Nothing moves and nothing is swept: what a source is asked is because of the burst. */
beforeAll(async () => {
  stack = await startStack({
    speed: STANDING_STILL,
    sweepSeconds: NO_SWEEPS_SECONDS,
    callsPerMinute: 6_000,
  });
  await untilHistoryIsRead(stack);
  await settled();
});
afterAll(() => stack[Symbol.asyncDispose]());

async function totalCalls(): Promise<number> {
  const calls = Object.values(await stack.sandbox.calls());
  return calls.reduce((sum, { total }) => sum + total, 0);
}

async function settled(): Promise<void> {
  let before = await totalCalls();
  let since = Date.now();
  while (Date.now() - since < QUIET_MS) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const now = await totalCalls();
    if (now !== before) since = Date.now();
    before = now;
  }
}

/** @returns how often the source was asked because of the burst */
async function burst(
  source: keyof typeof MOST_CALLS,
  send: (nth: number) => Promise<number>,
): Promise<number> {
  await stack.sandbox.resetCalls();
  for (let first = 0; first < NOTIFICATIONS; first += WIDTH) {
    const answers = await Promise.all(Array.from({ length: WIDTH }, (_, at) => send(first + at)));
    expect(new Set(answers)).toEqual(new Set([200]));
  }
  await settled();
  return (await stack.sandbox.calls())[source].total;
}

async function idsOf(source: "wms" | "finance", type: string, field: string): Promise<string[]> {
  const documents = await stack.sandbox.documents(source, type);
  const ids = documents.map((document) => String(document[field]));
  expect(ids.length).toBeGreaterThanOrEqual(RECORDS);
  return ids.slice(0, RECORDS);
}

test("a thousand notifications of the warehouse cost it a handful of calls", async () => {
  const documents = await stack.sandbox.documents("wms", "order");
  const ids = documents.flatMap(({ shipments }) =>
    (shipments as readonly { readonly id: number; readonly order_id: number }[]).map(
      ({ id, order_id }) => `${String(order_id)}-${String(id)}`,
    ),
  );
  expect(ids.length).toBeGreaterThanOrEqual(RECORDS);
  const calls = await burst("wms", (nth) =>
    notify(stack.url, aNotification("order.shipped", ids[nth % RECORDS] ?? "")),
  );
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThanOrEqual(MOST_CALLS.wms);
});

test("a thousand notifications of finance cost it a handful of calls, their repeats none", async () => {
  const ids = await idsOf("finance", "invoice", "InvoiceID");
  const send = (nth: number) => notifyOfInvoice(stack.url, ids[nth % RECORDS] ?? "", nth + 1);
  const calls = await burst("finance", send);
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThanOrEqual(MOST_CALLS.finance);

  expect(await burst("finance", send)).toBe(0);
  const outcomes = { source: "finance", outcome: "duplicate" };
  expect(await readMetric(stack.url, "crossdock_webhooks_received_total", outcomes)).toBe(
    NOTIFICATIONS,
  );
});

test("a thousand notifications of the ERP cost it a sweep each half second", async () => {
  const startMs = Date.now();
  const calls = await burst("erp", (nth) =>
    notifyOfOrder(stack.url, `order-${String(nth % RECORDS)}`, new Date(startMs + nth)),
  );
  expect(calls).toBeGreaterThan(0);
  expect(calls).toBeLessThanOrEqual(MOST_CALLS.erp);
});
