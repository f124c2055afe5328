import { randomUUID } from "node:crypto";
import {
  AvailabilityDocument,
  ReserveInventoryDocument,
  WarehouseStockDocument,
  type WarehouseStockSubscription,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { anOrder, oldestCursor, placeOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const MINE = "C10010";
/** An item without lots that every warehouse keeps. */
const SKU = "NG-10008";
/** What nobody counts or orders here: its events would be false. */
const OTHER = "NG-10011";
const WAREHOUSE = "EAST";
const MORE = 500;
/** A sweep of the stock is due each 15 s. */
const TOLD_WITHIN_MS = 40_000;
const SHIPPED_WITHIN_MS = 90_000;

jest.setTimeout(240_000);

type Told = WarehouseStockSubscription["inventoryChanged"];

let stack: Stack;
let operator: string;
let me: string;
beforeAll(async () => {
  stack = await startStack();
  [operator, me] = await Promise.all([stack.token("operator"), stack.token("portal", MINE)]);
  // What lay there before the stock was listed is no news.
  await untilHistoryIsRead(stack);
});
afterAll(() => stack[Symbol.asyncDispose]());

async function stockNow() {
  const asked = { sku: SKU, warehouse: WAREHOUSE };
  const { availability } = await stack.ask(AvailabilityDocument, asked, me);
  const [position] = availability;
  return {
    onHand: Number(position?.onHand.value),
    allocated: Number(position?.allocated.value),
    availableToPromise: Number(position?.availableToPromise.value),
  };
}

async function reserve(quantity: string): Promise<string> {
  const input = { idempotencyKey: randomUUID(), sku: SKU, quantity, warehouse: WAREHOUSE };
  const { reserveInventory } = await stack.ask(ReserveInventoryDocument, { input }, me);
  expect(reserveInventory.userErrors).toEqual([]);
  return reserveInventory.reservation?.id ?? "";
}

/** Over a WebSocket of its own, up to the first event of a type. */
async function follow(until: Told["type"], after: string, withinMs: number) {
  const filter = { skus: [SKU, OTHER], warehouse: WAREHOUSE, after };
  const events = await collectUntil(
    stack.subscribe(WarehouseStockDocument, filter, me),
    ({ inventoryChanged }) => inventoryChanged.type === until,
    withinMs,
  );
  return events.map(({ inventoryChanged }) => inventoryChanged);
}

function figuresOf({ position }: Told) {
  return {
    onHand: Number(position.onHand.value),
    allocated: Number(position.allocated.value),
    availableToPromise: Number(position.availableToPromise.value),
  };
}

test("what is reserved, counted and picked reaches a subscriber once, each with the stock after it", async () => {
  const opening = await stockNow();
  const reservation = await reserve("3");
  const start = await oldestCursor(stack, operator);
  await stack.sandbox.recount(SKU, WAREHOUSE, opening.onHand + MORE);
  const counted = await follow("ADJUSTED", start, TOLD_WITHIN_MS);
  expect(counted.map(({ type, delta }) => `${type} ${String(delta?.value)}`)).toEqual([
    "RESERVED -3",
    `ADJUSTED ${String(MORE)}`,
  ]);
  expect(counted.map(figuresOf)).toEqual([
    {
      onHand: opening.onHand,
      allocated: opening.allocated + 3,
      availableToPromise: opening.availableToPromise - 3,
    },
    await stockNow(),
  ]);
  expect(counted.at(-1)?.position).toMatchObject({
    id: `${SKU}@${WAREHOUSE}`,
    onHand: { value: String(opening.onHand + MORE) },
    product: { name: expect.stringMatching(/./) },
    warehouse: { name: expect.stringMatching(/./) },
    provenance: { source: "wms", freshness: "CACHED" },
  });

  const lines = [{ sku: SKU, quantity: "3" }];
  const order = anOrder(MINE, { lines, warehouse: WAREHOUSE, reservations: [reservation] });
  await placeOrder(stack, order, me);
  const after = counted.at(-1)?.cursor ?? "";
  const shipped = await follow("PICKED", after, SHIPPED_WITHIN_MS);
  const picked = shipped.at(-1);
  expect(picked?.delta?.value).toBe("-3");
  expect(picked === undefined ? null : figuresOf(picked)).toEqual({
    onHand: opening.onHand + MORE - 3,
    allocated: opening.allocated,
    availableToPromise: opening.availableToPromise + MORE - 3,
  });
  // However the promise passed from the reservation to the warehouse: it was made once, before.
  const promised = shipped.slice(0, -1);
  expect(promised.reduce((sum, { delta }) => sum + Number(delta?.value), 0)).toBe(0);
});
