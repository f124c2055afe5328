import {
  HowBilledDocument,
  PreviewChargesDocument,
  ShippingOptionsDocument,
  ShortfallExceptionsDocument,
  SourcesDocument,
  type SubmitOrderInput,
} from "../generated/operations.ts";
import { anOrder, placeOrder, STAPLE } from "../src/placing-orders.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

jest.setTimeout(240_000);

/** It resells what it buys, and has the way within the prices. */
const RESELLER = "C10010";
/** It uses up what it buys, in Atlanta, and is charged for the way. */
const PLANT = "C10600";
/** It uses up what it buys as well, and has the way within the prices. */
const WORKSHOP = "C10550";
const STEP_MS = 60_000;
/** Nobody waits longer for a preview than this, whatever is away: twice the patience of a basket, and the rest. */
const PREVIEW_MS = 5_000;

let stack: Stack;
let operator: string;
let reseller: string;
let plant: string;
beforeAll(async () => {
  stack = await startStack({
    speed: STANDING_STILL,
    callsPerMinute: 6_000,
    policies: {
      billing: { freightBilledTo: [PLANT], taxWhenAway: "estimate", estimateAfterSeconds: 1 },
    },
  });
  operator = await stack.token("operator");
  reseller = await stack.token("portal", RESELLER);
  plant = await stack.token("portal", PLANT);
});
afterAll(() => stack[Symbol.asyncDispose]());
afterEach(() => stack.sandbox.behave());

const previewed = (input: SubmitOrderInput, token: string) =>
  stack.query(PreviewChargesDocument, { input }, token);
const basket = (quantity: string) => ({ lines: [{ sku: STAPLE, quantity }] });
const cents = (amount: string | undefined) => Math.round(Number(amount ?? Number.NaN) * 100);

test("who resells and has the way within the prices pays neither, and no carrier is asked what it takes", async () => {
  await stack.sandbox.resetCalls();
  const { data } = await previewed(anOrder(RESELLER), reseller);
  expect(data?.previewOrder).toMatchObject({ tax: { amount: "0.00" }, freight: null });
  expect(data?.previewOrder.total).toEqual(data?.previewOrder.subtotal);
  const { tax, carrier } = await stack.sandbox.calls();
  expect(tax.total).toBe(1);
  expect(carrier.byOperation).not.toHaveProperty("POST shipments");
});

test("who uses up what it buys and is charged for the way sees both, to the cent", async () => {
  const { data } = await previewed(anOrder(PLANT, basket("10")), plant);
  const { subtotal, tax, freight, total } = data?.previewOrder ?? {};
  expect(cents(tax?.amount)).toBeGreaterThan(0);
  expect(cents(freight?.amount)).toBeGreaterThan(0);
  expect(cents(total?.amount)).toBe(
    cents(subtotal?.amount) + cents(tax?.amount) + cents(freight?.amount),
  );
  // Georgia's 4 % at the least, of the freight too.
  const taxable = cents(subtotal?.amount) + cents(freight?.amount);
  expect(cents(tax?.amount)).toBeGreaterThanOrEqual(Math.floor(taxable * 0.04));
  // Nothing is recorded for a preview.
  expect(await stack.sandbox.count("tax", "transaction")).toBe(0);
});

test("the freight of a preview is the cheapest of the options, and both are one question", async () => {
  const input = { customerId: PLANT, warehouse: "EAST", ...basket("11") };
  const { shippingOptions } = await stack.ask(ShippingOptionsDocument, { input }, plant);
  const [cheapest] = shippingOptions.options ?? [];
  await stack.sandbox.resetCalls();
  const order = anOrder(PLANT, { ...basket("11"), warehouse: "EAST" });
  const { data } = await previewed(order, plant);
  expect(data?.previewOrder.freight?.amount).toBe(cheapest?.price.amount);
  expect((await stack.sandbox.calls()).carrier.total).toBe(0);
});

test("while tax and carriers are down previews leave them out and say so, and orders are taken", async () => {
  await stack.sandbox.behave("tax-outage", "carrier-outage");
  const startedAt = performance.now();
  const { data, extensions } = await previewed(anOrder(PLANT, basket("12")), plant);
  expect(performance.now() - startedAt).toBeLessThan(PREVIEW_MS);
  expect(data?.previewOrder).toMatchObject({ tax: null, freight: null, userErrors: [] });
  expect(data?.previewOrder.total).toEqual(data?.previewOrder.subtotal);
  expect(extensions?.["missing"]).toMatchObject([{ source: "carrier" }, { source: "tax" }]);
  const { orderId } = await placeOrder(stack, anOrder(PLANT, basket("12")), plant);
  expect(orderId).not.toBe("");
});

test("while the carriers are down, options that are known are told, and others are not", async () => {
  const known = { customerId: PLANT, ...basket("13") };
  const before = await stack.ask(ShippingOptionsDocument, { input: known }, plant);
  await stack.sandbox.behave("carrier-outage");
  const after = await stack.ask(ShippingOptionsDocument, { input: known }, plant);
  expect(after.shippingOptions.options).toEqual(before.shippingOptions.options);
  const unknown = { customerId: PLANT, ...basket("14") };
  const { data, extensions } = await stack.query(
    ShippingOptionsDocument,
    { input: unknown },
    plant,
  );
  expect(data?.shippingOptions).toMatchObject({ options: null, userErrors: [] });
  expect(extensions?.["missing"]).toMatchObject([{ source: "carrier" }]);
});

test("nobody is quoted for somebody else's account", async () => {
  const input = { customerId: PLANT, ...basket("1") };
  const { shippingOptions } = await stack.ask(ShippingOptionsDocument, { input }, reseller);
  expect(shippingOptions).toMatchObject({
    options: null,
    userErrors: [{ code: "UNKNOWN_CUSTOMER" }],
  });
});

test("operators see how the tax engine and the carriers do", async () => {
  const { sources } = await stack.ask(SourcesDocument, {}, operator);
  expect(sources.map(({ name, kind }) => [name, kind])).toEqual(
    expect.arrayContaining([
      ["tax", "TAX"],
      ["carrier", "CARRIER"],
    ]),
  );
});

/** An order of the workshop's that has left, and its bill as soon as finance has posted it. */
async function shipped(quantity: string) {
  const token = await stack.token("portal", WORKSHOP);
  const { orderId } = await placeOrder(stack, anOrder(WORKSHOP, basket(quantity)), token);
  const look = async () => (await stack.ask(HowBilledDocument, { id: orderId }, operator)).order;
  const released = await until(look, (order) => (order?.shipments.length ?? 0) > 0, STEP_MS);
  await stack.sandbox.advance(String(released?.number), "shipped");
  const shipment = async () => (await look())?.shipments[0] ?? null;
  return { shipment, bill: async () => (await shipment())?.billing[0] ?? null };
}

test("while the tax engine is away a bill goes out by the rates of the one before it, and is calculated once it is back", async () => {
  const first = await shipped("7");
  const known = await until(first.bill, (bill) => bill?.postedAt != null, STEP_MS);
  expect(known).toMatchObject({ isTaxEstimate: false, taxTrueUp: null });
  await stack.sandbox.behave("tax-outage");
  const second = await shipped("7");
  const estimated = await until(second.bill, (bill) => bill?.postedAt != null, STEP_MS);
  expect(estimated).toMatchObject({ isTaxEstimate: true, tax: known?.tax, taxTrueUp: null });
  await stack.sandbox.behave();
  const calculated = await until(second.bill, (bill) => bill?.taxTrueUp != null, STEP_MS);
  // The same goods to the same door: the estimate was right, and nothing is to be settled.
  expect(calculated?.taxTrueUp).toMatchObject({ due: known?.tax, documentNumber: null });
});

test("what goes wrong on the carrier's way is an operator's, and what arrives is told by the carrier", async () => {
  const { shipment } = await shipped("3");
  const left = await until(shipment, (one) => one?.trackingNumber != null, STEP_MS);
  const trackingNumber = String(left?.trackingNumber);
  await stack.sandbox.carry(trackingNumber, "failure");
  const ask = () => stack.ask(ShortfallExceptionsDocument, { code: "CARRIER_EXCEPTION" }, operator);
  const { exceptions } = await until(ask, (seen) => seen.exceptions.edges.length > 0, STEP_MS);
  expect(exceptions.edges).toMatchObject([{ node: { subject: { id: left?.id } } }]);
  expect(await shipment()).toMatchObject({
    status: "EXCEPTION",
    blockers: [{ code: "CARRIER_EXCEPTION" }],
  });
  await stack.sandbox.carry(trackingNumber, "delivered");
  const arrived = await until(shipment, (one) => one?.status === "DELIVERED", STEP_MS);
  expect(arrived?.proofOfDelivery?.at).toBe(arrived?.deliveredAt);
  expect((await ask()).exceptions.edges).toEqual([]);
});
