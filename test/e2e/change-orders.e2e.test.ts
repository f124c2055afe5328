import { randomUUID } from "node:crypto";
import {
  CancelOrderDocument,
  CommandAfterChangeDocument,
  OrderAfterChangeDocument,
} from "../generated/operations.ts";
import { anOrder, placeOrder, waitForStatus, type AcceptedOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
/** The warehouse moves an order along only when it is told to. */
const SPEED = 1;
const PATH_MS = 30_000;
const WAIT_MS = 10_000;

jest.setTimeout(120_000);

let stack: Stack;
let portal: string;
beforeAll(async () => {
  stack = await startStack({ speed: SPEED });
  portal = await stack.token("portal", CUSTOMER);
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(() => stack[Symbol.asyncDispose]());

const cancel = async (orderId: string, reason: string | null = null, key = randomUUID()) => {
  const input = { idempotencyKey: key, orderId, reason, waitMs: WAIT_MS };
  return (await stack.ask(CancelOrderDocument, { input }, portal)).cancelOrder;
};
const orderOf = async ({ orderId }: Pick<AcceptedOrder, "orderId">) => {
  const { order } = await stack.ask(OrderAfterChangeDocument, { id: orderId }, portal);
  if (order == null) throw new Error("The order is gone.");
  return order;
};
const statusOfCommand = async (id: string) =>
  (await stack.ask(CommandAfterChangeDocument, { id }, portal)).command?.status;
const countAt = async (reference: string) => ({
  erp: await stack.sandbox.count("erp", "salesOrder", reference),
  wms: await stack.sandbox.documents("wms", "order", reference),
});
const stepsOf = async (order: AcceptedOrder) =>
  (await orderOf(order)).timeline.map(({ type }) => type);

test("an order that the warehouse has is cancelled there, then removed from the ERP", async () => {
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
  const key = randomUUID();
  const answer = await cancel(order.orderId, "Ordered twice.", key);
  expect(answer).toMatchObject({
    userErrors: [],
    replayed: false,
    command: { status: "SUCCEEDED", error: null },
    order: { status: "CANCELLED" },
  });
  expect(await countAt(order.reference)).toMatchObject({ erp: 0 });
  expect(await stepsOf(order)).toEqual([
    "SUBMITTED",
    "CONFIRMED",
    "ALLOCATED",
    "CANCEL_REQUESTED",
    "SHIPMENT_CANCELLED",
    "CANCELLED",
  ]);
  expect(await statusOfCommand(order.commandId)).toBe("COMPENSATED");
  const again = await cancel(order.orderId, "Ordered twice.", key);
  expect(again).toMatchObject({ replayed: true, command: { id: answer.command?.id } });
  expect((await cancel(order.orderId)).userErrors).toMatchObject([{ code: "NOT_CANCELLABLE" }]);
});

test("an order that the ERP has not yet is withdrawn, and never gets there", async () => {
  await stack.sandbox.fault({ source: "erp", kind: "rateLimit", operation: "POST salesOrders" });
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  const answer = await cancel(order.orderId);
  expect(answer).toMatchObject({
    command: { status: "SUCCEEDED" },
    order: { status: "CANCELLED", number: null },
  });
  await stack.sandbox.clearFaults();
  expect(await statusOfCommand(order.commandId)).toBe("CANCELLED");
  expect(await countAt(order.reference)).toMatchObject({ erp: 0 });
});

test("an order whose creation was not answered is looked up first, then cancelled, at each source once", async () => {
  const lost = { kind: "lostResponse", forMs: PATH_MS, times: 1 } as const;
  await stack.sandbox.fault({ ...lost, source: "erp", operation: "POST salesOrders" });
  await stack.sandbox.fault({ ...lost, source: "erp", operation: "DELETE salesOrders" });
  await stack.sandbox.fault({ ...lost, source: "wms", operation: "POST order/{id}:cancel" });
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  const answer = await cancel(order.orderId);
  expect(answer.userErrors).toEqual([]);
  await waitForStatus(stack, order, "CANCELLED", portal, PATH_MS);
  expect(await statusOfCommand(answer.command?.id ?? "")).toBe("SUCCEEDED");
  expect(await countAt(order.reference)).toMatchObject({ erp: 0 });
});

test("the warehouse was faster: the cancellation is rejected and the order goes on", async () => {
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
  const { number } = await orderOf(order);
  await stack.sandbox.fault({ source: "wms", kind: "drop", forMs: PATH_MS });
  await stack.sandbox.advance(String(number), "packed");
  const answer = await cancel(order.orderId);
  expect(answer).toMatchObject({
    userErrors: [],
    command: { status: "REJECTED", error: { code: "NOT_CANCELLABLE" } },
  });
  expect((await orderOf(order)).status).not.toBe("CANCELLED");
  expect(await countAt(order.reference)).toMatchObject({ erp: 1 });
  await stack.sandbox.clearFaults();
  await stack.sandbox.advance(String(number), "shipped");
  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
  expect((await cancel(order.orderId)).userErrors).toMatchObject([{ code: "ALREADY_INVOICED" }]);
});
