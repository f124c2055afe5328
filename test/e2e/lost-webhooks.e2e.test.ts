import { OrderChangedDocument } from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { createErpClerk } from "../src/erp-clerk.ts";
import { anOrder, oldestCursor, placeOrder, STAPLE, waitForStatus } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
const STEP_MS = 30_000;
/** From what happened until it is told, at the pace of crossdock.yaml. */
const FOUND_WITHIN_MS = 15_000;

jest.setTimeout(120_000);

let stack: Stack;
let portal: string;
/**
 * Sweeps are as crossdock.yaml has them; no notification of any source ever arrives. The ERP, which collects
 * its notifications in a window of its own time, would not even send one.
 */
beforeAll(async () => {
  stack = await startStack({ speed: STANDING_STILL });
  portal = await stack.token("portal", CUSTOMER);
  for (const source of ["erp", "wms", "finance"] as const) {
    await stack.sandbox.fault({ source, kind: "drop", forMs: 600_000 });
  }
});
afterAll(() => stack[Symbol.asyncDispose]());

test("what the warehouse and finance do without telling is found in under 15 s", async () => {
  const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
  await waitForStatus(stack, order, "ALLOCATED", portal, STEP_MS);
  await stack.sandbox.advance(order.reference, "shipped");
  const shippedMs = Date.now();
  const after = await oldestCursor(stack, await stack.token("operator"));
  const told = await collectUntil(
    stack.subscribe(OrderChangedDocument, { orderIds: [order.orderId], after }, portal),
    ({ orderChanged }) => orderChanged.type === "SHIPPED",
    FOUND_WITHIN_MS,
  );
  expect(told.at(-1)?.orderChanged.order?.number).toBeDefined();
  // The bill follows from the shipment, and finance's posting of it is not told of either.
  await waitForStatus(stack, order, "INVOICED", portal, FOUND_WITHIN_MS);
  expect(Date.now() - shippedMs).toBeLessThan(2 * FOUND_WITHIN_MS);
  expect(await stack.sandbox.struck()).toMatchObject({
    "wms drop": expect.any(Number),
    "finance drop": expect.any(Number),
  });
});

test("an order that a clerk enters in the ERP is told to its customer in under 15 s", async () => {
  const clerk = createErpClerk(`http://127.0.0.1:${stack.settings["SANDBOX_PORT"] ?? ""}`);
  const after = await oldestCursor(stack, await stack.token("operator"));
  const number = await clerk.enterOrder(CUSTOMER, STAPLE, 3);
  const changes = await collectUntil(
    stack.subscribe(OrderChangedDocument, { after }, portal),
    ({ orderChanged: { type, order } }) => order?.number === number && type === "CONFIRMED",
    FOUND_WITHIN_MS,
  );
  const its = changes.flatMap(({ orderChanged: { type, order } }) =>
    order?.number === number ? [type] : [],
  );
  expect(its).toEqual(["SUBMITTED", "CONFIRMED"]);
});
