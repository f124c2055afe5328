import { OrderPageDocument, type OrderPageQuery } from "../generated/operations.ts";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import type { Calls } from "../src/sandbox-control.ts";
import { startStack, type Stack } from "../src/stack.ts";

/**
 * Calls are counted at the sources, where those for a query cannot be told from those of the
 * background. So there is no background here: the warehouse stands still, and no source is swept
 * after the first time. What is counted while the query runs is the query's own.
 */
const QUIET = { speed: STANDING_STILL, sweepSeconds: NO_SWEEPS_SECONDS };
const PAGE = 50;
const LOOK_AGAIN_MS = 1_500;
const MAX_LOOKS = 30;

jest.setTimeout(90_000);

let stack: Stack;
let operator: string;
beforeAll(async () => {
  stack = await startStack(QUIET);
  operator = await stack.token("operator");
  await untilSourcesAreQuiet();
  // The first query of all signs in at the sources and reads what never changes, once.
  await readOrders(1);
});
afterAll(() => stack[Symbol.asyncDispose]());

/** At the start the books are filled from the sources' history. */
async function untilSourcesAreQuiet(): Promise<void> {
  let before = JSON.stringify(await stack.sandbox.calls());
  for (let looks = 0; looks < MAX_LOOKS; looks += 1) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const now = JSON.stringify(await stack.sandbox.calls());
    if (now === before) return;
    before = now;
  }
  throw new Error(`The sources are still being read: ${before}`);
}

async function readOrders(first: number): Promise<OrderPageQuery["orders"]["edges"]> {
  const { orders } = await stack.ask(OrderPageDocument, { first }, operator);
  return orders.edges;
}

async function callsOf(work: () => Promise<unknown>): Promise<Calls> {
  await stack.sandbox.resetCalls();
  await work();
  return stack.sandbox.calls();
}

/** By source; the ERP packs several reads of one kind into one call, which it calls `$batch`. */
const totalsOf = ({ erp, wms, finance }: Calls) => ({
  erp: erp.total,
  wms: wms.total,
  finance: finance.total,
});
/** What the query needs: accounts, orders and items of the ERP, shipments, invoices. */
const KINDS = { erp: 3, wms: 1, finance: 1 };

test("fifty orders come with customer, products, shipments and invoices", async () => {
  const edges = await readOrders(PAGE);
  expect(edges).toHaveLength(PAGE);
  const nodes = edges.map(({ node }) => node);
  expect(new Set(nodes.map(({ number }) => number)).size).toBe(PAGE);
  expect(nodes.every(({ customer }) => customer.name.length > 0)).toBe(true);
  expect(
    nodes.every(({ lines }) => lines.length > 0 && lines.every(({ product }) => product.name)),
  ).toBe(true);
  expect(nodes.some(({ shipments }) => shipments.length > 0)).toBe(true);
});

test("fifty orders cost one bulk call per source and kind of record", async () => {
  expect(totalsOf(await callsOf(() => readOrders(PAGE)))).toEqual(KINDS);
});

test("fifty orders cost as many calls as one", async () => {
  const [one, fifty] = [await callsOf(() => readOrders(1)), await callsOf(() => readOrders(PAGE))];
  expect(totalsOf(fifty)).toEqual(totalsOf(one));
});
