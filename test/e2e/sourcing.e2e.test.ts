import { generateWorld } from "@crossdock/sandbox";
import {
  AllocationFailuresDocument,
  CancelOrderDocument,
  ShortfallExceptionsDocument,
  SourceOrderDocument,
  SourcingDocument,
  SourcingPreviewDocument,
} from "../generated/operations.ts";
import { randomUUID } from "node:crypto";
import { STANDING_STILL } from "../src/config-file.ts";
import { anOrder, placeOrder, waitForStatus, type AcceptedOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";
import { until } from "../src/until.ts";

const CUSTOMER = "C10010";
const STEP_MS = 60_000;

jest.setTimeout(240_000);

const world = generateWorld();
const CODES = world.warehouses.map(({ code }) => code).sort();
const [FIRST = "", SECOND = "", THIRD = ""] = CODES;
/** Cheap items without lots, each for one test: how many of them lie where is counted anew. */
const items = world.items
  .filter(({ tracking, stock }) => tracking === "NONE" && stock.length === CODES.length)
  .toSorted((left, right) => Number(left.listPrice) - Number(right.listPrice))
  .map(({ sku }) => sku);

let stack: Stack;
let portal: string;
beforeAll(async () => {
  stack = await startStack({
    speed: STANDING_STILL,
    policies: { sourcing: { maxWarehousesPerOrder: 3 } },
  });
  portal = await stack.token("portal", CUSTOMER);
});
afterAll(() => stack[Symbol.asyncDispose]());

async function look({ orderId }: AcceptedOrder) {
  const { order } = await stack.ask(SourcingDocument, { id: orderId }, portal);
  if (order == null) throw new Error("The order is not there.");
  return order;
}

/** So many lie in the first warehouses and none in the others, and previews know it. */
async function lay(sku: string, ...counts: readonly number[]): Promise<void> {
  for (const [at, code] of CODES.entries()) {
    await stack.sandbox.recount(sku, code, counts[at] ?? 0);
  }
  const sum = counts.reduce((all, count) => all + count, 0);
  await until(
    () => preview(sku, String(sum + 1)),
    ({ lines: [line] }) => line?.backorder.value === "1",
    STEP_MS,
  );
}

async function preview(sku: string, quantity: string) {
  const input = anOrder(CUSTOMER, { lines: [{ sku, quantity }] });
  return (await stack.ask(SourcingPreviewDocument, { input }, portal)).previewOrder;
}

const parts = (order: Awaited<ReturnType<typeof look>>) =>
  (order.lines[0]?.allocations ?? []).map(
    ({ warehouse, quantity, release }) => `${warehouse} ${quantity.value} ${String(release)}`,
  );

test("two thousand pieces leave three warehouses in four shipments, with a short pick and a backorder filled later: four bills, exact to the cent", async () => {
  const sku = items[0] ?? "";
  await lay(sku, 800, 700, 300);
  const seen = await preview(sku, "2000");
  expect(seen.lines[0]?.allocations.map(({ quantity }) => quantity.value)).toEqual([
    "800",
    "700",
    "300",
  ]);
  expect(seen.lines[0]?.backorder.value).toBe("200");

  const placed = await placeOrder(
    stack,
    anOrder(CUSTOMER, { lines: [{ sku, quantity: "2000" }] }),
    portal,
  );
  const taken = await waitUntil(placed, ({ status }) => status === "BACKORDERED");
  expect(parts(taken)).toEqual([`${FIRST} 800 1`, `${SECOND} 700 2`, `${THIRD} 300 3`]);
  expect(taken.sourcing).toMatchObject({ rule: "fewest-shipments/1", shipComplete: false });
  expect(taken.sourcing?.reasons[0]).toBe(`${FIRST} has 800 of 2000 of ${sku}.`);
  expect(taken.lines[0]?.backordered.value).toBe("200");

  await stack.sandbox.advance(placed.reference, "shipped", { release: 1 });
  await stack.sandbox.advance(placed.reference, "shipped", {
    release: 2,
    short: [{ sku, quantity: 50 }],
  });
  await stack.sandbox.advance(placed.reference, "shipped", { release: 3 });
  const short = await waitUntil(placed, ({ lines: [line] }) => line?.invoiced.value === "1750");
  expect(short.status).toBe("PARTIALLY_SHIPPED");
  expect(short.lines[0]?.backordered.value).toBe("250");

  await stack.sandbox.recount(sku, THIRD, 250);
  const sourced = await waitUntil(placed, (order) => parts(order).includes(`${THIRD} 250 4`));
  expect(sourced.lines[0]?.backordered.value).toBe("0");
  await until(
    () => stack.sandbox.count("wms", "order", placed.reference),
    (count) => count === 4,
    STEP_MS,
  );
  await stack.sandbox.advance(placed.reference, "shipped", { release: 4 });
  const billed = await waitUntil(placed, ({ status }) => status === "INVOICED");

  expect(billed.shipments.map(({ status }) => status)).toEqual(Array(4).fill("SHIPPED"));
  const pieces = billed.invoices.flatMap(({ lines }) =>
    lines.map(({ quantity }) => quantity.value),
  );
  expect(pieces.toSorted()).toEqual(["250", "300", "650", "800"]);
  const cents = billed.invoices.reduce((sum, { subtotal }) => sum + centsOf(subtotal.amount), 0);
  expect(cents).toBe(centsOf(billed.lines[0]?.lineTotal.amount ?? "0"));
  expect(await stack.sandbox.count("erp", "salesOrder", placed.reference)).toBe(1);
  expect(await stack.sandbox.count("finance", "invoice", placed.reference)).toBe(4);
});

test("who wants all at once is sent nothing before all is there, and who cancels gets every release taken back", async () => {
  const sku = items[1] ?? "";
  await lay(sku, 30, 20, 0);
  const wish = { lines: [{ sku, quantity: "60" }], shipComplete: true };
  const placed = await placeOrder(stack, anOrder(CUSTOMER, wish), portal);
  const waiting = await waitUntil(placed, ({ status }) => status === "BACKORDERED");
  expect([parts(waiting), waiting.lines[0]?.backordered.value]).toEqual([[], "60"]);
  await stack.sandbox.recount(sku, THIRD, 10);
  const sent = await waitUntil(placed, ({ status }) => status === "ALLOCATED");
  expect(parts(sent)).toEqual([`${FIRST} 30 1`, `${SECOND} 20 2`, `${THIRD} 10 3`]);
  await until(
    () => look(placed),
    ({ shipments }) => shipments.length === 3,
    STEP_MS,
  );

  const input = { idempotencyKey: randomUUID(), orderId: placed.orderId };
  await stack.ask(CancelOrderDocument, { input }, portal);
  await waitUntil(placed, ({ status }) => status === "CANCELLED");
  // The order knows it from its commands; the shipments are told by the warehouse's next look.
  await waitUntil(placed, ({ shipments }) =>
    shipments.every(({ status }) => status === "CANCELLED"),
  );
  expect(await stack.sandbox.count("erp", "salesOrder", placed.reference)).toBe(0);
  // What was set aside for it can be sold again.
  const again = await until(
    () => preview(sku, "60"),
    ({ lines: [line] }) => line?.backorder.value === "0",
    STEP_MS,
  );
  expect(again.userErrors).toEqual([]);
});

test("of two orders that wait for the same pieces the older one is served first, and no piece twice", async () => {
  const sku = items[2] ?? "";
  await lay(sku, 0, 0, 0);
  const order = () =>
    placeOrder(stack, anOrder(CUSTOMER, { lines: [{ sku, quantity: "10" }] }), portal);
  const older = await order();
  await waitForStatus(stack, older, "BACKORDERED", portal, STEP_MS);
  const younger = await order();
  await waitForStatus(stack, younger, "BACKORDERED", portal, STEP_MS);
  await stack.sandbox.recount(sku, SECOND, 15);
  await waitForStatus(stack, older, "ALLOCATED", portal, STEP_MS);
  const rest = await waitUntil(younger, (each) => parts(each).length === 1);
  expect(parts(await look(older))).toEqual([`${SECOND} 10 1`]);
  expect([parts(rest), rest.lines[0]?.backordered.value]).toEqual([[`${SECOND} 5 1`], "5"]);
});

async function waitUntil(
  placed: AcceptedOrder,
  isThere: (order: Awaited<ReturnType<typeof look>>) => boolean,
) {
  return until(() => look(placed), isThere, STEP_MS);
}

function centsOf(amount: string): number {
  return Math.round(100 * Number(amount));
}

test("what no rule finds a warehouse for comes before an operator with its choices, and is sent from where he says", async () => {
  const sku = items[6] ?? "";
  await lay(sku, 0, 5);
  const operator = await stack.token("operator");
  // Its buyer wants it from the warehouse that has none, and no supplier has announced any.
  const input = anOrder(CUSTOMER, { warehouse: FIRST, lines: [{ sku, quantity: "4" }] });
  const placed = await placeOrder(stack, input, portal);
  const id = placed.orderId;
  const failed = async () => (await stack.ask(AllocationFailuresDocument, { id }, operator)).order;
  const found = await until(failed, (order) => order?.allocationFailures.length === 1, STEP_MS);
  expect(found?.allocationFailures).toMatchObject([
    {
      cause: "NO_STOCK",
      quantity: { value: "4" },
      choices: [
        { kind: "SOURCE_FROM", warehouse: SECOND, quantity: { value: "4" } },
        { kind: "WAIT" },
        { kind: "CANCEL_LINE" },
      ],
    },
  ]);
  const open = async () => {
    const code = "ALLOCATION_FAILED";
    const { exceptions } = await stack.ask(ShortfallExceptionsDocument, { code }, operator);
    return exceptions.edges.filter(({ node }) => node.subject?.id === id);
  };
  expect(await open()).toHaveLength(1);
  const assignments = [{ lineNumber: 1, warehouse: SECOND, quantity: "4" }];
  const source = { idempotencyKey: randomUUID(), orderId: id, assignments };
  const { sourceOrder } = await stack.ask(SourceOrderDocument, { input: source }, operator);
  expect(sourceOrder).toMatchObject({ userErrors: [], order: { allocationFailures: [] } });
  expect(await open()).toEqual([]);
  const sent = await until(
    () => look(placed),
    ({ shipments }) => shipments.length > 0,
    STEP_MS,
  );
  expect(sent.shipments).toMatchObject([{ warehouse: { code: SECOND } }]);
});
