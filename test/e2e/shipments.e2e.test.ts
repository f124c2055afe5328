import { randomUUID } from "node:crypto";
import {
  AmendOrderDocument,
  CancelOrderDocument,
  CancelShipmentDocument,
  RecordShipmentMilestoneDocument,
  ShipmentsOfOrderDocument,
  type CancelShipmentInput,
  type RecordShipmentMilestoneInput,
} from "../generated/operations.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import {
  anOrder,
  placeOrder,
  STAPLE,
  waitForStatus,
  type AcceptedOrder,
} from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
const OTHER_CUSTOMER = "C10020";
const CANCEL = "POST shipment/{id}:cancel";
const STEP_MS = 30_000;
const WAIT_MS = 10_000;

jest.setTimeout(120_000);

let stack: Stack;
let portal: string;
let carrier: string;
let operator: string;
/** In this warehouse nothing moves that a test does not move. */
beforeAll(async () => {
  stack = await startStack({ speed: STANDING_STILL });
  [portal, carrier, operator] = await Promise.all([
    stack.token("portal", CUSTOMER),
    stack.token("carrier"),
    stack.token("operator"),
  ]);
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(() => stack[Symbol.asyncDispose]());

type Released = AcceptedOrder & { readonly shipmentId: string };

async function release(): Promise<Released> {
  const placed = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, placed, "ALLOCATED", portal, STEP_MS);
  const [shipment] = (await look(placed)).shipments;
  return { ...placed, shipmentId: shipment?.id ?? "" };
}

async function look({ orderId }: AcceptedOrder) {
  const { order } = await stack.ask(ShipmentsOfOrderDocument, { id: orderId }, portal);
  if (order == null) throw new Error("The order is not there.");
  return order;
}

async function record(
  { shipmentId }: Released,
  changes: Pick<RecordShipmentMilestoneInput, "status"> & Partial<RecordShipmentMilestoneInput>,
  token = carrier,
) {
  const at = new Date().toISOString();
  const input = { idempotencyKey: randomUUID(), shipmentId, at, ...changes };
  const answer = await stack.ask(RecordShipmentMilestoneDocument, { input }, token);
  return answer.recordShipmentMilestone;
}

async function cancel(
  { shipmentId }: Released,
  changes: Partial<CancelShipmentInput> = {},
  token = operator,
) {
  const wanted = { idempotencyKey: randomUUID(), reason: "Ordered twice", waitMs: WAIT_MS };
  const input = { shipmentId, ...wanted, ...changes };
  return (await stack.ask(CancelShipmentDocument, { input }, token)).cancelShipment;
}

const cancelCalls = async () => (await stack.sandbox.calls()).wms.byOperation[CANCEL] ?? 0;

test("a carrier's reports move the order from the shelf to the door, and the warehouse's document takes nothing back", async () => {
  const order = await release();
  // The warehouse tells nobody that it began: the book hears of the shipment by this report.
  expect(await record(order, { status: "PICKING" }, operator)).toMatchObject({
    command: { status: "SUCCEEDED" },
    shipment: { status: "PICKING" },
    userErrors: [],
  });
  expect((await look(order)).status).toBe("PICKING");

  await stack.sandbox.advance(order.reference, "shipped");
  await waitForStatus(stack, order, "INVOICED", portal, STEP_MS);
  const at = new Date().toISOString();
  const delivery = { status: "DELIVERED", at, note: "Dock 4" } as const;
  const key = randomUUID();
  const first = await record(order, { ...delivery, idempotencyKey: key });
  expect(first).toMatchObject({ shipment: { status: "DELIVERED", deliveredAt: at } });
  expect(await record(order, { ...delivery, idempotencyKey: key })).toMatchObject({
    command: { id: first.command?.id },
    replayed: true,
  });

  const [document] = await stack.sandbox.documents("wms", "shipment", order.reference);
  expect(document).toMatchObject({ status: "Completed", delivery_date: null });
  const { timeline, shipments } = await look(order);
  expect(shipments).toMatchObject([{ status: "DELIVERED", deliveredAt: at }]);
  expect(shipments[0]?.trackingNumber).toMatch(/\w{8,}/);
  expect(shipments[0]?.milestones.at(-1)).toEqual({
    type: "DELIVERED",
    source: "carrier",
    note: "Dock 4",
  });
  const steps = timeline.map(({ type, source }) => `${source} ${type}`);
  expect(steps).toEqual(
    expect.arrayContaining(["operator PICKING", "wms SHIPPED", "carrier DELIVERED"]),
  );
  expect(await record(order, { status: "IN_TRANSIT" })).toMatchObject({
    command: null,
    userErrors: [{ code: "INVALID_STATUS", field: ["status"] }],
  });
  expect(await stack.sandbox.count("finance", "invoice", order.reference)).toBe(1);
});

test("a shipment is cancelled once at the warehouse though its answer is lost, and its order waits for a person", async () => {
  const order = await release();
  const before = await cancelCalls();
  await stack.sandbox.fault({ source: "wms", kind: "lostResponse", operation: CANCEL });
  const key = randomUUID();
  const answers = await Promise.all([
    cancel(order, { idempotencyKey: key }),
    cancel(order, { idempotencyKey: key }),
  ]);
  for (const answer of answers) {
    expect(answer).toMatchObject({
      command: { id: answers[0]?.command?.id, status: "SUCCEEDED" },
      shipment: { status: "CANCELLED" },
      userErrors: [],
    });
  }
  expect((await cancelCalls()) - before).toBe(1);
  const [document] = await stack.sandbox.documents("wms", "order", order.reference);
  expect(document).toMatchObject({ status: "Cancelled" });
  expect(await stack.sandbox.count("wms", "order", order.reference)).toBe(1);
  const held = await look(order);
  expect(held).toMatchObject({
    status: "ON_HOLD",
    holds: [{ code: "SHIPMENT_CANCELLED", reason: "Ordered twice" }],
    lines: [{ allocated: { value: "0" } }],
  });
});

test("a person decides about the order of a cancelled shipment: its goods are sent after all, or it is cancelled", async () => {
  const [again, never] = [await release(), await release()];
  await Promise.all([cancel(again), cancel(never)]);
  const amended = await stack.ask(
    AmendOrderDocument,
    {
      input: {
        idempotencyKey: randomUUID(),
        orderId: again.orderId,
        setLines: [{ sku: STAPLE, quantity: "3" }],
      },
    },
    portal,
  );
  expect(amended.amendOrder.userErrors).toEqual([]);
  const cancelled = await stack.ask(
    CancelOrderDocument,
    { input: { idempotencyKey: randomUUID(), orderId: never.orderId } },
    portal,
  );
  expect(cancelled.cancelOrder.userErrors).toEqual([]);
  await waitForStatus(stack, again, "ALLOCATED", portal, STEP_MS);
  await waitForStatus(stack, never, "CANCELLED", portal, STEP_MS);
  expect(await look(again)).toMatchObject({
    holds: [],
    lines: [{ allocated: { value: "3" } }],
    shipments: [{ status: "CANCELLED" }, { status: "RELEASED" }],
  });
  expect(await look(never)).toMatchObject({ holds: [], shipments: [{ status: "CANCELLED" }] });
  const statuses = async (order: AcceptedOrder) => {
    const documents = await stack.sandbox.documents("wms", "order", order.reference);
    return documents.map(({ status }) => status);
  };
  expect(await statuses(again)).toEqual(["Cancelled", "Processing"]);
  expect(await statuses(never)).toEqual(["Cancelled"]);
});

test("what is picked the warehouse does not take back: the command says so, and the order goes on", async () => {
  const order = await release();
  await stack.sandbox.advance(order.reference, "picked");
  expect(await cancel(order)).toMatchObject({
    command: { status: "REJECTED", error: { code: "NOT_CANCELLABLE" } },
    shipment: { status: "PICKED" },
  });
  expect((await look(order)).holds).toEqual([]);
  await stack.sandbox.advance(order.reference, "shipped");
  await waitForStatus(stack, order, "INVOICED", portal, STEP_MS);
  expect(await cancel(order)).toMatchObject({
    command: null,
    userErrors: [{ code: "NOT_CANCELLABLE", field: ["shipmentId"] }],
  });
});

test("whoever does not keep the account finds no shipment, and a buyer may change none", async () => {
  const order = await release();
  const [otherCarrier, otherOperator] = await Promise.all([
    stack.token("carrier", OTHER_CUSTOMER),
    stack.token("operator", OTHER_CUSTOMER),
  ]);
  const unknown = { command: null, shipment: null, userErrors: [{ code: "UNKNOWN_SHIPMENT" }] };
  expect(await record(order, { status: "DELIVERED" }, otherCarrier)).toMatchObject(unknown);
  expect(await cancel(order, {}, otherOperator)).toMatchObject(unknown);
  const at = new Date().toISOString();
  const input = { idempotencyKey: randomUUID(), shipmentId: order.shipmentId };
  const answers = await Promise.all([
    stack.query(
      RecordShipmentMilestoneDocument,
      { input: { ...input, status: "DELIVERED", at } },
      portal,
    ),
    stack.query(CancelShipmentDocument, { input }, portal),
  ]);
  for (const { errors } of answers) {
    const codes = new Set(errors.map(({ extensions }) => extensions?.["code"]));
    expect([...codes]).toEqual(["FORBIDDEN"]);
  }
  expect((await look(order)).shipments).toMatchObject([{ status: "RELEASED" }]);
});
