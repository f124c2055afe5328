import { randomUUID } from "node:crypto";
import {
  AmendOrderDocument,
  CancelOrderDocument,
  OrderAfterChangeDocument,
  OrderStatusDocument,
} from "../generated/operations.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import {
  anOrder,
  placeOrder,
  STAPLE,
  untilDone,
  waitForStatus,
  type AcceptedOrder,
} from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
const PER_SECOND = 20;
const UP_MS = 2_000;
const DOWN_MS = 15_000;
/** Of the orders placed during the outage, every so many is changed while it lasts. */
const EVERY = 30;
const FIRST_MS = 60_000;
const CAUGHT_UP_MS = 120_000;
const LOOK_AGAIN_MS = 500;
/** The vendors' limits are not what is looked at; from the floor to the dock in two seconds. */
const PACE = { speed: 2_000, sweepSeconds: 2, callsPerMinute: 6_000 };

jest.setTimeout(240_000);

let stack: Stack;
let portal: string;
beforeAll(async () => {
  stack = await startStack(PACE);
  portal = await stack.token("portal", CUSTOMER);
  await untilHistoryIsRead(stack);
  // What is remembered of an account and its products was read for an order before.
  await untilDone(stack, await placeOrder(stack, anOrder(CUSTOMER), portal), portal, FIRST_MS);
});
afterAll(() => stack[Symbol.asyncDispose]());

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** As many orders as fit into `forMs`, sent at their time whether the one before is answered or not. */
async function placeSteadily(
  forMs: number,
  also: (order: AcceptedOrder, at: number) => Promise<void>,
): Promise<readonly AcceptedOrder[]> {
  const count = Math.floor((forMs * PER_SECOND) / 1_000);
  const placed = Array.from({ length: count }, async (_, at) => {
    await sleep((at * 1_000) / PER_SECOND);
    const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
    await also(order, at);
    return order;
  });
  return Promise.all(placed);
}

async function amend({ orderId }: AcceptedOrder): Promise<void> {
  const setLines = [{ sku: STAPLE, quantity: "5" }];
  const input = { idempotencyKey: randomUUID(), orderId, setLines };
  const { amendOrder } = await stack.ask(AmendOrderDocument, { input }, portal);
  expect(amendOrder.userErrors).toEqual([]);
}
async function cancel({ orderId }: AcceptedOrder): Promise<void> {
  const input = { idempotencyKey: randomUUID(), orderId };
  const { cancelOrder } = await stack.ask(CancelOrderDocument, { input }, portal);
  expect(cancelOrder.userErrors).toEqual([]);
}

const countAtErp = (orders: readonly AcceptedOrder[]) =>
  stack.sandbox.countEach(
    "erp",
    "salesOrder",
    orders.map(({ reference }) => reference),
  );
const statusOf = async ({ orderId }: AcceptedOrder) =>
  (await stack.ask(OrderStatusDocument, { id: orderId }, portal)).order?.status;

test("orders are taken while the ERP is away, and all of them reach it, each in the order of its changes", async () => {
  const [ahead] = await placeSteadily(UP_MS, () => Promise.resolve());
  if (ahead === undefined) throw new Error("Nothing was placed.");
  await untilDone(stack, ahead, portal, CAUGHT_UP_MS);

  await stack.sandbox.fault({ source: "erp", kind: "down", forMs: DOWN_MS * 100 });
  const amended: AcceptedOrder[] = [];
  const cancelled: AcceptedOrder[] = [];
  const during = await placeSteadily(DOWN_MS, async (order, at) => {
    if (at % EVERY === 0) {
      await amend(order);
      amended.push(order);
    } else if (at % EVERY === EVERY / 2) {
      await cancel(order);
      cancelled.push(order);
    }
  });
  // What is past the ERP goes on in the warehouse and in finance.
  expect(await statusOf(ahead)).toBe("INVOICED");
  expect(await countAtErp(during)).toEqual(during.map(() => 0));
  await stack.sandbox.clearFaults();

  const kept = during.filter((order) => !cancelled.includes(order));
  const until = Date.now() + CAUGHT_UP_MS;
  while ((await countAtErp(kept)).includes(0) && Date.now() < until) await sleep(LOOK_AGAIN_MS);
  for (const order of amended) {
    await waitForStatus(stack, order, "INVOICED", portal, CAUGHT_UP_MS);
    const after = await stack.ask(OrderAfterChangeDocument, { id: order.orderId }, portal);
    expect(after.order?.lines).toMatchObject([{ ordered: { value: "5" } }]);
    const steps = after.order?.timeline.map(({ type }) => type) ?? [];
    const changes = ["SUBMITTED", "AMEND_REQUESTED", "CONFIRMED", "AMENDED", "SHIPPED"] as const;
    expect(steps.filter((type) => changes.some((change) => change === type))).toEqual(changes);
  }
  for (const order of cancelled) {
    await waitForStatus(stack, order, "CANCELLED", portal, CAUGHT_UP_MS);
  }
  expect(await countAtErp(kept)).toEqual(kept.map(() => 1));
  expect(await countAtErp(cancelled)).toEqual(cancelled.map(() => 0));
});
