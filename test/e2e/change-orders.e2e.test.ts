import { randomUUID } from "node:crypto";
import {
  AmendOrderDocument,
  CancelOrderDocument,
  CommandAfterChangeDocument,
  OrderAfterChangeDocument,
  RequestReturnDocument,
  ReturnByIdDocument,
  type AmendOrderInput,
} from "../generated/operations.ts";
import {
  anOrder,
  placeOrder,
  STAPLE,
  waitForStatus,
  type AcceptedOrder,
} from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
/** The warehouse moves an order along only when it is told to. */
const SPEED = 1;
/** While history is read, the warehouse has few calls left for orders. */
const PATH_MS = 60_000;
const WAIT_MS = 10_000;

jest.setTimeout(180_000);

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
const amend = async (orderId: string, changes: Partial<AmendOrderInput>) => {
  const input = { idempotencyKey: randomUUID(), orderId, waitMs: WAIT_MS, ...changes };
  return (await stack.ask(AmendOrderDocument, { input }, portal)).amendOrder;
};
const sendBack = async (orderId: string, quantity: string, token = portal, key = randomUUID()) => {
  const lines = [{ orderLineId: `${orderId}/1`, quantity, reason: "Too many." }];
  const input = { idempotencyKey: key, orderId, lines };
  return (await stack.ask(RequestReturnDocument, { input }, token)).requestReturn;
};
const until = async (isSo: () => Promise<boolean>) => {
  for (const end = Date.now() + PATH_MS; !(await isSo());) {
    if (Date.now() > end) throw new Error(`It did not come to be so: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
};
const stepsOf = async (order: AcceptedOrder) =>
  (await orderOf(order)).timeline.map(({ type }) => type);

test("an order that the warehouse has is cancelled there, then removed from the ERP", async () => {
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
  const key = randomUUID();
  const answer = await cancel(order.orderId, "Ordered twice.", key);
  expect(answer).toMatchObject({ userErrors: [], replayed: false, command: { error: null } });
  await waitForStatus(stack, order, "CANCELLED", portal, PATH_MS);
  expect(await statusOfCommand(answer.command?.id ?? "")).toBe("SUCCEEDED");
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
  expect(again).toMatchObject({
    replayed: true,
    command: { id: answer.command?.id, status: "SUCCEEDED" },
    order: { status: "CANCELLED" },
  });
  expect((await orderOf(order)).postings.map(({ state }) => state)).toEqual([
    "REVERSED",
    "REVERSED",
  ]);
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
  const input = anOrder(CUSTOMER);
  const lost = { source: "erp", kind: "lostResponse", forMs: PATH_MS, times: 1 } as const;
  // The ERP writes references in capitals.
  const containing = String(input.customerReference).toUpperCase();
  await stack.sandbox.fault({ ...lost, operation: "POST salesOrders", containing });
  await stack.sandbox.fault({ ...lost, operation: "DELETE salesOrders" });
  const struck = async () => (await stack.sandbox.struck())["erp lostResponse"] ?? 0;
  const before = await struck();
  const order = await placeOrder(stack, input, portal);
  await until(async () => (await struck()) === before + 1);
  const answer = await cancel(order.orderId);
  expect(answer.userErrors).toEqual([]);
  await waitForStatus(stack, order, "CANCELLED", portal, PATH_MS);
  expect(await statusOfCommand(answer.command?.id ?? "")).toBe("SUCCEEDED");
  expect(await countAt(order.reference)).toMatchObject({ erp: 0 });
  expect(await struck()).toBe(before + 2);
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

test("an order that the warehouse has is taken back there, rewritten in the ERP and released again", async () => {
  const lines = [
    { sku: STAPLE, quantity: "2" },
    { sku: "NG-10001", quantity: "1" },
  ];
  const order = await placeOrder(stack, anOrder(CUSTOMER, { lines }), portal);
  await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
  const { number } = await orderOf(order);
  await stack.sandbox.fault({
    source: "erp",
    kind: "lostResponse",
    operation: "POST $batch salesOrderLines+salesOrders",
    times: 1,
  });
  const answer = await amend(order.orderId, {
    requestedDeliveryDate: "2027-01-15",
    setLines: [{ sku: STAPLE, quantity: "5" }],
  });
  expect(answer).toMatchObject({ userErrors: [], command: { status: "SUCCEEDED", error: null } });
  await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
  const amended = await orderOf(order);
  expect(amended).toMatchObject({
    number,
    requestedDeliveryDate: "2027-01-15",
    lines: [{ lineNumber: 1, ordered: { value: "5" }, allocated: { value: "5" } }],
    holds: [],
  });
  expect(amended.timeline.map(({ type }) => type)).toEqual(
    expect.arrayContaining(["AMEND_REQUESTED", "SHIPMENT_CANCELLED", "AMENDED"]),
  );
  expect(await stack.sandbox.count("erp", "salesOrder", order.reference)).toBe(1);
  await stack.sandbox.advance(String(number), "shipped");
  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
  expect(
    (await amend(order.orderId, { requestedDeliveryDate: "2027-01-16" })).userErrors,
  ).toMatchObject([{ code: "NOT_AMENDABLE", field: ["orderId"] }]);
});

test("what has left can be sent back once, however many ask at the same moment", async () => {
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
  expect((await sendBack(order.orderId, "1")).userErrors).toMatchObject([
    { code: "NOT_RETURNABLE", field: ["lines", "0", "quantity"] },
  ]);
  await stack.sandbox.advance(String((await orderOf(order)).number), "shipped");
  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
  const answers = await Promise.all(Array.from({ length: 5 }, () => sendBack(order.orderId, "1")));
  const opened = answers.flatMap((answer) => (answer.return == null ? [] : [answer.return]));
  expect(opened).toHaveLength(2);
  expect(new Set(opened.map(({ number }) => number)).size).toBe(2);
  expect(opened[0]).toMatchObject({
    number: expect.stringMatching(/^RMA-\d{7}$/),
    status: "REQUESTED",
    order: { id: order.orderId },
    lines: [{ orderLine: { id: `${order.orderId}/1` }, quantity: { value: "1", uom: "EA" } }],
  });
  const other = await stack.token("portal", "C10020");
  const id = opened[0]?.id ?? "";
  expect((await stack.ask(ReturnByIdDocument, { id }, portal)).return?.id).toBe(id);
  expect((await stack.ask(ReturnByIdDocument, { id }, other)).return).toBeNull();
  expect((await sendBack(order.orderId, "1", other)).userErrors).toMatchObject([
    { code: "UNKNOWN_ORDER", field: ["orderId"] },
  ]);
});

test("killed between the warehouse and the ERP, a cancellation is finished by the next process", async () => {
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
  const { number } = await orderOf(order);
  await stack.sandbox.fault({
    source: "erp",
    kind: "rateLimit",
    operation: "DELETE salesOrders",
    forMs: PATH_MS,
  });
  const input = { idempotencyKey: randomUUID(), orderId: order.orderId };
  const { cancelOrder } = await stack.ask(CancelOrderDocument, { input }, portal);
  await until(async () => (await stepsOf(order)).includes("SHIPMENT_CANCELLED"));
  await stack.kill();
  await stack.start();
  await stack.sandbox.clearFaults();

  await waitForStatus(stack, order, "CANCELLED", portal, PATH_MS);
  expect(await statusOfCommand(cancelOrder.command?.id ?? "")).toBe("SUCCEEDED");
  expect(await statusOfCommand(order.commandId)).toBe("COMPENSATED");
  expect(await stack.sandbox.count("erp", "salesOrder", order.reference)).toBe(0);
  expect(await stack.sandbox.count("wms", "order", String(number))).toBe(1);
});
