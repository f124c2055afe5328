import { randomUUID } from "node:crypto";
import {
  OrderChangedDocument,
  OrdersWithCreditDocument,
  OwnCreditDocument,
  PlaceOrderDocument,
  RecordShipmentMilestoneDocument,
  ShipmentsOfOrderDocument,
  ShipmentStepsDocument,
  type ShipmentStatus,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { readMetric } from "../src/metrics.ts";
import { anOrder, waitForStatus, type AcceptedOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { aNotification, notify } from "../src/warehouse-webhook.ts";

const CUSTOMER = "C10010";
/** At a first start the warehouse is also asked for all its history, and gives 150 calls a minute. */
const STEP_MS = 60_000;
const LOOK_AGAIN_MS = 200;
const REFUSED = "crossdock_webhooks_received_total";

jest.setTimeout(240_000);

let stack: Stack;
let portal: string;
let operator: string;
/** The warehouse moves only when a test moves it, and nothing but a notification tells of it. */
beforeAll(async () => {
  stack = await startStack({ speed: STANDING_STILL, sweepSeconds: NO_SWEEPS_SECONDS });
  [portal, operator] = await Promise.all([
    stack.token("portal", CUSTOMER),
    stack.token("operator"),
  ]);
});
afterAll(() => stack[Symbol.asyncDispose]());

type Released = AcceptedOrder & { readonly shipmentId: string; readonly start: string };

async function release(): Promise<Released> {
  const input = anOrder(CUSTOMER);
  const { submitOrder } = await stack.ask(PlaceOrderDocument, { input }, portal);
  const orderId = submitOrder.order?.id ?? "";
  const order = { commandId: "", orderId, reference: input.customerReference ?? "" };
  await waitForStatus(stack, order, "ALLOCATED", portal, STEP_MS);
  const answer = await stack.ask(ShipmentsOfOrderDocument, { id: orderId }, portal);
  const shipmentId = answer.order?.shipments[0]?.id ?? "";
  return { ...order, shipmentId, start: submitOrder.cursor ?? "" };
}

/** What followers hear of a shipment until another one, of which is told later, has been shipped. */
async function stepsOf(order: Released, later: Released): Promise<string[]> {
  const orderIds = [order.orderId, later.orderId];
  const events = await collectUntil(
    stack.subscribe(ShipmentStepsDocument, { orderIds, after: order.start }, portal),
    ({ shipmentProgressed: { type, shipment } }) =>
      shipment.id === later.shipmentId && type === "SHIPPED",
    STEP_MS,
  );
  return events
    .map(({ shipmentProgressed }) => shipmentProgressed)
    .filter(({ shipment }) => shipment.id === order.shipmentId)
    .map(({ type }) => type);
}

/** Who only looks may see what the warehouse has before we were told of it. */
async function untilTold(order: Released, step: ShipmentStatus): Promise<void> {
  await collectUntil(
    stack.subscribe(
      ShipmentStepsDocument,
      { orderIds: [order.orderId], after: order.start },
      portal,
    ),
    ({ shipmentProgressed: { type, shipment } }) =>
      shipment.id === order.shipmentId && type === step,
    STEP_MS,
  );
}

test("a notification that comes twice is told once, and one that comes late changes nothing", async () => {
  const [order, later] = [await release(), await release()];
  await stack.sandbox.fault({ source: "wms", kind: "duplicate" });
  await stack.sandbox.advance(order.reference, "shipped");
  await waitForStatus(stack, order, "INVOICED", portal, STEP_MS);
  await stack.sandbox.advance(order.reference, "delivered");
  await untilTold(order, "DELIVERED");
  expect(await stack.sandbox.struck()).toMatchObject({ "wms duplicate": expect.any(Number) });
  await stack.sandbox.clearFaults();

  const late = aNotification("order.shipped", order.shipmentId);
  expect([await notify(stack.url, late), await notify(stack.url, late)]).toEqual([200, 200]);
  const at = new Date().toISOString();
  const input = {
    idempotencyKey: randomUUID(),
    shipmentId: order.shipmentId,
    status: "SHIPPED" as const,
    at,
  };
  const report = await stack.ask(RecordShipmentMilestoneDocument, { input }, operator);
  expect(report.recordShipmentMilestone.userErrors).toMatchObject([{ code: "INVALID_STATUS" }]);

  await stack.sandbox.advance(later.reference, "shipped");
  const told = await stepsOf(order, later);
  expect(told.filter((type) => type === "SHIPPED" || type === "DELIVERED")).toEqual([
    "SHIPPED",
    "DELIVERED",
  ]);
  await waitForShipment(order, "DELIVERED");

  const events = await collectUntil(
    stack.subscribe(
      OrderChangedDocument,
      { orderIds: [order.orderId, later.orderId], after: order.start },
      portal,
    ),
    ({ orderChanged }) =>
      orderChanged.order.id === later.orderId && orderChanged.type === "SHIPPED",
    STEP_MS,
  );
  const types = events
    .filter(({ orderChanged }) => orderChanged.order.id === order.orderId)
    .map(({ orderChanged }) => orderChanged.type);
  expect(types).toEqual([...new Set(types)]);
});

async function waitForShipment({ orderId }: Released, status: ShipmentStatus): Promise<void> {
  const until = Date.now() + STEP_MS;
  for (;;) {
    const { order } = await stack.ask(ShipmentsOfOrderDocument, { id: orderId }, portal);
    const [shipment] = order?.shipments ?? [];
    if (shipment?.status === status) return;
    if (Date.now() > until) throw new Error(`The shipment is ${JSON.stringify(shipment)}.`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

test("a notification with a bad signature is answered 401 and counted", async () => {
  const refused = () => readMetric(stack.url, REFUSED, { source: "wms", outcome: "bad-signature" });
  const before = await refused();
  const forged = {
    ...aNotification("order.shipped", "100000001-200000001"),
    secret: Buffer.from("somebody else's secret").toString("base64"),
  };
  expect(await notify(stack.url, forged)).toBe(401);
  expect((await refused()) - before).toBe(1);
});

// The last one: for a while after it, finance is left alone.
test("a field that fails is null, the rest of the event is there, and finance being away takes nothing from it", async () => {
  const { orderId, shipmentId, start } = await release();
  await stack.ask(OwnCreditDocument, { own: CUSTOMER }, portal);
  await stack.sandbox.fault({ source: "finance", kind: "down" });
  const at = new Date().toISOString();
  const input = { idempotencyKey: randomUUID(), shipmentId, status: "PICKING" as const, at };
  await stack.ask(RecordShipmentMilestoneDocument, { input }, operator);

  const events = stack.subscribe(
    OrdersWithCreditDocument,
    { orderIds: [orderId], after: start },
    portal,
  );
  for await (const { data, errors } of events) {
    expect(data?.orderChanged.order).toMatchObject({
      status: "PICKING",
      // As it was told last: see the notes of `extensions.stale`.
      customer: {
        name: "Lakeside Mechanical Inc.",
        creditAvailable: { amount: expect.any(String) },
      },
      lines: [{ product: { name: expect.any(String), price: null } }],
      shipments: [{ status: "PICKING" }],
    });
    expect(errors).toEqual([
      expect.objectContaining({
        path: ["orderChanged", "order", "lines", 0, "product", "price"],
        extensions: expect.objectContaining({ code: "BAD_USER_INPUT" }),
      }),
    ]);
    if (data?.orderChanged.type === "PICKING") break;
  }
});
