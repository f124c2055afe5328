import {
  PreviewChargesDocument,
  ShippingOptionsDocument,
  SourcesDocument,
  type SubmitOrderInput,
} from "../generated/operations.ts";
import { anOrder, placeOrder, STAPLE } from "../src/placing-orders.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { startStack, type Stack } from "../src/stack.ts";

jest.setTimeout(240_000);

/** It resells what it buys, and has the way within the prices. */
const RESELLER = "C10010";
/** It uses up what it buys, in Atlanta, and is charged for the way. */
const PLANT = "C10600";
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
    policies: { billing: { freightBilledTo: [PLANT] } },
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

test("who resells and has the way within the prices pays neither, and no carrier is asked", async () => {
  await stack.sandbox.resetCalls();
  const { data } = await previewed(anOrder(RESELLER), reseller);
  expect(data?.previewOrder).toMatchObject({ tax: { amount: "0.00" }, freight: null });
  expect(data?.previewOrder.total).toEqual(data?.previewOrder.subtotal);
  const { tax, carrier } = await stack.sandbox.calls();
  expect([tax.total, carrier.total]).toEqual([1, 0]);
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
