import {
  BillingOfOrderDocument,
  ExceptionsOfCodeDocument,
  ResolveExceptionDocument,
} from "../generated/operations.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { createErpClerk } from "../src/erp-clerk.ts";
import { anOrder, placeOrder, waitForStatus, type AcceptedOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

/** Resells what it buys, and has freight within its prices. */
const RESELLER = "C10010";
/** Uses up what it buys, and is charged for the way. */
const TAXED = "C10560";
const ORDERS = 8;
/** The first may have begun before the change. */
const SWEEPS = 3;
const STEP_MS = 60_000;
const CAUGHT_UP_MS = 120_000;

jest.setTimeout(300_000);

let stack: Stack;
let operator: string;
/** In this warehouse nothing moves that a test does not move. */
beforeAll(async () => {
  stack = await startStack({ speed: STANDING_STILL, sweepSeconds: 2, callsPerMinute: 6_000 });
  operator = await stack.token("operator");
});
afterAll(() => stack[Symbol.asyncDispose]());
afterEach(() => stack.sandbox.clearFaults());

async function look({ orderId }: AcceptedOrder) {
  const { order } = await stack.ask(BillingOfOrderDocument, { id: orderId }, operator);
  if (order == null) throw new Error("The order is not there.");
  return order;
}
type Look = Awaited<ReturnType<typeof look>>;

/** What was changed in the ERP before is known then. */
async function untilErpWasSwept(): Promise<void> {
  const sweeps = async () => (await stack.sandbox.calls()).erp.byOperation["GET salesOrders"] ?? 0;
  const before = await sweeps();
  await until(sweeps, (count) => count >= before + SWEEPS, STEP_MS);
}

const unmet = ({ billing }: Look) =>
  billing.conditions.filter(({ met }) => !met).map(({ code }) => code);
const cents = (amount: string | undefined) => Math.round(100 * Number(amount ?? NaN));

test("finance is away for a whole shipping day: all of it ships, and is billed once when finance is back; another price stops its own bill only", async () => {
  const portal = await stack.token("portal", RESELLER);
  const orders = await Promise.all(
    Array.from({ length: ORDERS }, () => placeOrder(stack, anOrder(RESELLER), portal)),
  );
  for (const order of orders) await waitForStatus(stack, order, "ALLOCATED", portal, STEP_MS);
  const [disputed, ...others] = orders;
  if (disputed === undefined) throw new Error("Nothing was placed.");
  const agreed = await look(disputed);
  const clerk = createErpClerk(`http://127.0.0.1:${stack.settings["SANDBOX_PORT"] ?? ""}`);
  await clerk.repriceOrder(agreed.number ?? "", 1_234.56);
  await untilErpWasSwept();

  const numbers = await Promise.all(orders.map(async (order) => (await look(order)).number ?? ""));
  await stack.sandbox.fault({ source: "finance", kind: "down", forMs: 600_000 });
  for (const { reference } of orders) await stack.sandbox.advance(reference, "shipped");
  for (const order of orders) await waitForStatus(stack, order, "SHIPPED", portal, STEP_MS);
  expect(await stack.sandbox.countEach("finance", "invoice", numbers)).toEqual(orders.map(() => 0));

  await stack.sandbox.clearFaults();
  for (const order of others) await waitForStatus(stack, order, "INVOICED", portal, CAUGHT_UP_MS);
  const stopped = await look(disputed);
  expect(stopped.status).toBe("SHIPPED");
  // Tax is asked for when the price is settled.
  expect(unmet(stopped)).toEqual(["PRICE_CONFIRMED", "TAX_CALCULATED"]);
  expect(stopped.shipments[0]?.billing).toMatchObject([
    { invoiceNumber: `${stopped.number ?? ""}-1`, ready: false, requestedAt: null },
  ]);
  const { exceptions } = await stack.ask(
    ExceptionsOfCodeDocument,
    { code: "PRICE_DISCREPANCY" },
    operator,
  );
  const [exception, ...more] = exceptions.edges.map(({ node }) => node);
  expect(more).toEqual([]);
  expect(exception).toMatchObject({
    owner: "finance",
    subject: { typename: "Order", id: disputed.orderId },
  });
  expect(exception?.summary).toContain("the ERP has 1234.56 USD");

  const id = exception?.id ?? "";
  const note = "The customer has our offer in writing.";
  await stack.ask(ResolveExceptionDocument, { id, resolution: "CORRECTED", note }, operator);
  await waitForStatus(stack, disputed, "INVOICED", portal, CAUGHT_UP_MS);
  const {
    invoices: [invoice],
  } = await look(disputed);
  expect(cents(invoice?.subtotal.amount)).toBe(cents(agreed.subtotal.amount));
  expect(await stack.sandbox.countEach("finance", "invoice", numbers)).toEqual(orders.map(() => 1));
});

test("tax and carrier are away: an order is taken and ships, its bill says what it waits for, and goes by itself when they are back", async () => {
  const portal = await stack.token("portal", TAXED);
  await stack.sandbox.fault({ source: "tax", kind: "down", forMs: 600_000 });
  await stack.sandbox.fault({ source: "carrier", kind: "down", forMs: 600_000 });
  const order = await placeOrder(stack, anOrder(TAXED), portal);
  await waitForStatus(stack, order, "ALLOCATED", portal, STEP_MS);
  await stack.sandbox.advance(order.reference, "shipped");
  await waitForStatus(stack, order, "SHIPPED", portal, STEP_MS);
  const held = await look(order);
  expect(unmet(held)).toEqual(["FREIGHT_KNOWN", "TAX_CALCULATED"]);
  expect(held.blockers.map(({ message }) => message).join(" ")).toContain(
    "The carrier has not told",
  );
  expect(await stack.sandbox.count("finance", "invoice", held.number ?? "")).toBe(0);

  await stack.sandbox.clearFaults();
  await stack.sandbox.fault({ source: "tax", kind: "down", forMs: 600_000 });
  await stack.sandbox.bill(held.shipments[0]?.trackingNumber ?? "");
  const taxless = await until(
    () => look(order),
    (seen) => !unmet(seen).includes("FREIGHT_KNOWN"),
    CAUGHT_UP_MS,
  );
  expect(unmet(taxless)).toEqual(["TAX_CALCULATED"]);

  await stack.sandbox.clearFaults();
  await waitForStatus(stack, order, "INVOICED", portal, CAUGHT_UP_MS);
  const { number, invoices, shipments } = await until(
    () => look(order),
    (seen) => seen.invoices.length > 0,
    STEP_MS,
  );
  const [invoice] = invoices;
  const [billed] = shipments[0]?.billing ?? [];
  expect(cents(invoice?.freight?.amount)).toBeGreaterThan(0);
  expect(cents(invoice?.tax.amount)).toBeGreaterThan(0);
  expect(cents(invoice?.freight?.amount)).toBe(cents(billed?.freight?.amount));
  expect(cents(invoice?.tax.amount)).toBe(cents(billed?.tax?.amount));
  expect(cents(invoice?.total.amount)).toBe(
    cents(invoice?.subtotal.amount) + cents(invoice?.freight?.amount) + cents(invoice?.tax.amount),
  );
  expect(await stack.sandbox.count("finance", "invoice", number ?? "")).toBe(1);
  expect(await stack.sandbox.count("tax", "transaction", invoice?.number ?? "")).toBe(1);
});
