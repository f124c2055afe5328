import { randomUUID } from "node:crypto";
import type { ProfileName } from "@crossdock/sandbox";
import {
  ExceptionsDocument,
  OrderStatusDocument,
  RecordPaymentDocument,
  RetryCommandDocument,
  WholeOrderDocument,
  type CommandStatus,
  type RecordPaymentInput,
} from "../generated/operations.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import {
  anOrder,
  placeOrder,
  untilDone,
  waitForStatus,
  type AcceptedOrder,
} from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

const CUSTOMER = "C10010";
const WAIT_MS = 10_000;
/** With what a source in trouble costs: pauses between the tries, and sweeps for what no webhook told. */
const PATH_MS = 120_000;
const LOOK_AGAIN_MS = 500;
/** The limits of warehouse and finance are not what is looked at. */
const PACE = { sweepSeconds: 2, callsPerMinute: 6_000 };

jest.setTimeout(240_000);

let stack: Stack;
let portal: string;
let clerk: string;
let operator: string;
beforeAll(async () => {
  stack = await startStack(PACE);
  [portal, clerk, operator] = await Promise.all([
    stack.token("portal", CUSTOMER),
    stack.token("finance"),
    stack.token("operator"),
  ]);
  await untilHistoryIsRead(stack);
});
afterEach(() => stack.sandbox.behave());
afterAll(() => stack[Symbol.asyncDispose]());

const today = () => new Date().toISOString().slice(0, 10);
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const UNSETTLED: readonly CommandStatus[] = ["ACCEPTED", "RUNNING", "RETRYING"];

async function toInvoice(): Promise<AcceptedOrder> {
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await untilDone(stack, order, portal, PATH_MS);
  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
  return order;
}

/** The customer's money comes in: all that is due on the order's one bill. */
async function pay({ orderId }: AcceptedOrder): Promise<void> {
  // Who was away is left alone for some seconds more, and a bill that is quite new is read there.
  const { data } = await until(
    () => stack.query(WholeOrderDocument, { id: orderId }, clerk),
    (answer) => answer.errors.length === 0,
    PATH_MS,
  );
  const [invoice] = data?.order?.invoices ?? [];
  if (invoice === undefined) throw new Error("The order has no bill.");
  const input: RecordPaymentInput = {
    idempotencyKey: randomUUID(),
    invoiceId: invoice.id,
    amount: invoice.total.amount,
    receivedOn: today(),
    reference: "Wire 88",
    waitMs: WAIT_MS,
  };
  const untilMs = Date.now() + PATH_MS;
  for (;;) {
    const { recordPayment } = await stack.ask(RecordPaymentDocument, { input }, clerk);
    const { command, userErrors } = recordPayment;
    const isOpen = command != null && UNSETTLED.includes(command.status);
    if (!isOpen || Date.now() > untilMs) {
      expect({ status: command?.status, userErrors }).toEqual({
        status: "SUCCEEDED",
        userErrors: [],
      });
      return;
    }
  }
}

/** Nothing was done twice on the way, and nothing is left out. */
async function expectOnce({ reference }: AcceptedOrder): Promise<void> {
  const { sandbox } = stack;
  const counts = await Promise.all([
    sandbox.count("erp", "salesOrder", reference),
    sandbox.count("wms", "order", reference),
    sandbox.count("finance", "invoice", reference),
    sandbox.count("finance", "payment", reference),
  ]);
  expect(counts).toEqual([1, 1, 1, 1]);
}

const BAD: readonly ProfileName[] = ["cloud-a", "cloud-b", "dist-c", "wms-burst"];
test.each(BAD)(
  "an order is paid for in the end, each step done once, under %s",
  async (profile) => {
    await stack.sandbox.behave(profile);
    const order = await toInvoice();
    await pay(order);
    await expectOnce(order);
  },
);

test("an order goes the whole way among three profiles at once", async () => {
  await stack.sandbox.behave("cloud-b", "dist-c", "wms-burst");
  const orders = await Promise.all([toInvoice(), toInvoice(), toInvoice()]);
  for (const order of orders) await pay(order);
  for (const order of orders) await expectOnce(order);
  const disturbed = Object.values(await stack.sandbox.disturbed());
  expect(disturbed.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
});

test("an order ships while nobody answers in finance, and is billed when they are back", async () => {
  await stack.sandbox.behave("finance-outage");
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, order, "SHIPPED", portal, PATH_MS);
  const answer = await stack.ask(OrderStatusDocument, { id: order.orderId }, portal);
  expect(answer.order?.status).toBe("SHIPPED");
  expect(await stack.sandbox.count("finance", "invoice", order.reference)).toBe(0);

  await stack.sandbox.behave();
  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
  await pay(order);
  await expectOnce(order);
});

test("a bill of a closed period waits for a person, and is raised when the period is open again", async () => {
  await stack.sandbox.behave("period-close");
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, order, "SHIPPED", portal, PATH_MS);
  const waiting = await untilException("PERIOD_CLOSED");
  expect(waiting).toMatchObject({ class: "BUSINESS_RULE", code: "PERIOD_CLOSED" });
  expect(await stack.sandbox.count("finance", "invoice", order.reference)).toBe(0);

  await stack.sandbox.behave();
  await stack.ask(RetryCommandDocument, { id: waiting.command?.id ?? "" }, operator);
  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
  await pay(order);
  await expectOnce(order);
});

/** @throws after `PATH_MS` */
async function untilException(wanted: string) {
  const untilMs = Date.now() + PATH_MS;
  for (;;) {
    const variables = { filter: { open: true } };
    const { exceptions } = await stack.ask(ExceptionsDocument, variables, operator);
    const found = exceptions.edges.map(({ node }) => node).find(({ code }) => code === wanted);
    if (found !== undefined) return found;
    if (Date.now() > untilMs) throw new Error("Nothing waits for a person.");
    await sleep(LOOK_AGAIN_MS);
  }
}
