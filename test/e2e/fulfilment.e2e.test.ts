import { randomUUID } from "node:crypto";
import { generateWorld } from "@crossdock/sandbox";
import {
  ShortfallExceptionsDocument,
  FulfilmentDocument,
  LotTraceDocument,
  RecordShipmentMilestoneDocument,
} from "../generated/operations.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { anOrder, placeOrder, waitForStatus, type AcceptedOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

const CUSTOMER = "C10010";
const STEP_MS = 30_000;

jest.setTimeout(180_000);

/** Cheap items that lie in every warehouse, each for one test: what is short of one is gone from its shelf. */
const world = generateWorld();
const kept = (tracking: string, nth: number) =>
  world.items.filter(
    (item) =>
      item.tracking === tracking &&
      Number(item.listPrice) < 40 &&
      item.stock.length === world.warehouses.length &&
      item.stock.every(({ onHand }) => onHand > 60),
  )[nth]?.sku ?? "";

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
afterAll(() => stack[Symbol.asyncDispose]());

async function allocated(sku: string, quantity: string): Promise<AcceptedOrder> {
  const order = anOrder(CUSTOMER, { lines: [{ sku, quantity }] });
  const placed = await placeOrder(stack, order, portal);
  await waitForStatus(stack, placed, "ALLOCATED", portal, STEP_MS);
  return placed;
}

async function look({ orderId }: AcceptedOrder) {
  const { order } = await stack.ask(FulfilmentDocument, { id: orderId }, portal);
  if (order == null) throw new Error("The order is not there.");
  return order;
}

async function exceptionOf(shipmentId: string, code: string) {
  const { exceptions } = await stack.ask(ShortfallExceptionsDocument, { code }, operator);
  return exceptions.edges.map(({ node }) => node).find(({ subject }) => subject?.id === shipmentId);
}

test("of an order of ten the warehouse finds six: they leave and are billed, the others come from elsewhere", async () => {
  const sku = kept("LOT", 0);
  const placed = await allocated(sku, "10");
  const short = [{ sku, quantity: 4 }];
  await stack.sandbox.advance(placed.reference, "shipped", { short });
  const order = await until(
    () => look(placed),
    ({ lines: [first] }) => first?.invoiced.value === "6",
    STEP_MS,
  );
  const [line] = order.lines;
  const [shipment] = order.shipments;
  const [invoice, ...others] = order.invoices;
  expect(order.status).toBe("PARTIALLY_SHIPPED");
  expect(line?.shipped.value).toBe("6");
  expect(total(shipment?.lines ?? [])).toBe(6);
  expect(shipment).toMatchObject({
    status: "SHIPPED",
    shortfalls: [{ reason: "SHORT_PICK", quantity: { value: "4", uom: "EA" } }],
  });
  expect(others).toEqual([]);
  expect(invoice?.lines.map(({ quantity }) => quantity.value)).toEqual(["6"]);
  const cents = Math.round(6 * 100 * Number(invoice?.lines[0]?.unitPrice.amount));
  expect(Math.round(100 * Number(invoice?.subtotal.amount))).toBe(cents);
  expect(await stack.sandbox.count("finance", "invoice", placed.reference)).toBe(1);

  const exception = await exceptionOf(shipment?.id ?? "", "SHORT_PICK");
  expect(exception).toMatchObject({ owner: "warehouse", resolution: null });
  expect(exception?.summary).toContain(`4 EA of ${sku} were not on the shelf`);

  const lots = (shipment?.lines ?? []).map(({ lot }) => lot);
  expect(lots.every((lot) => lot !== null)).toBe(true);
  const { lotTrace } = await stack.ask(LotTraceDocument, { sku, lot: lots[0] ?? "" }, operator);
  expect(lotTrace?.customerNumbers).toContain(CUSTOMER);
  const traced = lotTrace?.shipments.edges.map(({ node }) => node) ?? [];
  expect(traced.find(({ id }) => id === shipment?.id)?.orders).toMatchObject([
    { id: placed.orderId, customer: { number: CUSTOMER } },
  ]);

  await until(
    () => look(placed),
    ({ shipments }) => shipments.length === 2,
    STEP_MS,
  );
  await stack.sandbox.advance(placed.reference, "shipped", { release: 2 });
  await waitForStatus(stack, placed, "INVOICED", portal, STEP_MS);
  const whole = await look(placed);
  expect(whole.lines.map(({ shipped }) => shipped.value)).toEqual(["10"]);
  expect(
    whole.invoices.flatMap(({ lines }) => lines.map(({ quantity }) => quantity.value)).sort(),
  ).toEqual(["4", "6"]);
  expect(await stack.sandbox.count("finance", "invoice", placed.reference)).toBe(2);
  // Nobody had to close it.
  expect(await exceptionOf(shipment?.id ?? "", "SHORT_PICK")).toBeUndefined();
});

test("parcels arrive one by one, and the last one delivers the shipment with who signed", async () => {
  const sku = kept("NONE", 1);
  const placed = await allocated(sku, "4");
  await stack.sandbox.advance(placed.reference, "shipped", { parcels: 2 });
  const {
    shipments: [shipment],
  } = await until(
    () => look(placed),
    ({ shipments: [first] }) => first?.status === "SHIPPED",
    STEP_MS,
  );
  const numbers = shipment?.packages.map(({ trackingNumber }) => trackingNumber) ?? [];
  expect(new Set(numbers).size).toBe(2);

  const arrives = async (trackingNumber: string | null, receivedBy: string) => {
    const input = {
      idempotencyKey: randomUUID(),
      shipmentId: shipment?.id ?? "",
      status: "DELIVERED" as const,
      at: new Date().toISOString(),
      trackingNumber,
      receivedBy,
    };
    const answer = await stack.ask(RecordShipmentMilestoneDocument, { input }, carrier);
    expect(answer.recordShipmentMilestone.userErrors).toEqual([]);
  };
  await arrives(numbers[0] ?? null, "A. Meyer");
  const half = (await look(placed)).shipments[0];
  expect(half).toMatchObject({ status: "IN_TRANSIT", proofOfDelivery: null });
  expect(half?.lines.map(({ deliveredQuantity }) => deliveredQuantity.value)).toEqual(["2"]);
  await arrives(numbers[1] ?? null, "B. Kim");
  const whole = (await look(placed)).shipments[0];
  expect(whole).toMatchObject({
    status: "DELIVERED",
    proofOfDelivery: { receivedBy: "A. Meyer" },
    lines: [{ deliveredQuantity: { value: "4" } }],
  });
});

test("an order that leaves in two shipments is billed twice, each for what was in it", async () => {
  const sku = kept("NONE", 2);
  const placed = await allocated(sku, "10");
  await stack.sandbox.advance(placed.reference, "shipped", { later: [{ sku, quantity: 4 }] });
  const half = await until(
    () => look(placed),
    ({ lines: [first] }) => first?.invoiced.value === "6",
    STEP_MS,
  );
  expect(half.status).toBe("PARTIALLY_SHIPPED");
  await stack.sandbox.advance(placed.reference, "shipped");
  await waitForStatus(stack, placed, "INVOICED", portal, STEP_MS);
  const { invoices, shipments } = await look(placed);
  expect(shipments.map(({ status }) => status)).toEqual(["SHIPPED", "SHIPPED"]);
  expect(invoices.map(({ lines }) => lines.map(({ quantity }) => quantity.value)).sort()).toEqual([
    ["4"],
    ["6"],
  ]);
  expect(await stack.sandbox.count("finance", "invoice", placed.reference)).toBe(2);
});

function total(lines: readonly { readonly quantity: { readonly value: string } }[]): number {
  return lines.reduce((sum, { quantity }) => sum + Number(quantity.value), 0);
}
