import {
  BookSizesDocument,
  OrdersFromSnapshotDocument,
  type OrdersFromSnapshotSubscription,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { NO_SWEEPS_SECONDS, STANDING_STILL } from "../src/config-file.ts";
import { untilHistoryIsRead } from "../src/history.ts";
import { anOrder, placeOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
/** One customer has more orders than are sent at once, and than are taken before the cut. */
const PACE = {
  speed: STANDING_STILL,
  sweepSeconds: NO_SWEEPS_SECONDS,
  pastOrders: "all",
} as const;
const STEP_MS = 60_000;
const TAKEN_BEFORE_THE_CUT = 30;

type Told = OrdersFromSnapshotSubscription["orderChanged"];

jest.setTimeout(180_000);

let stack: Stack;
let portal: string;
/** Orders of the customer that the books have. */
let orders: number;
beforeAll(async () => {
  stack = await startStack(PACE);
  portal = await stack.token("portal", CUSTOMER);
  await untilHistoryIsRead(stack);
  orders = (await stack.ask(BookSizesDocument, {}, portal)).orders.totalCount ?? 0;
});
afterAll(() => stack[Symbol.asyncDispose]());

async function follow(after: string | null, isLast: (told: Told) => boolean): Promise<Told[]> {
  const stream = stack.subscribe(OrdersFromSnapshotDocument, { after }, portal);
  const events = await collectUntil(stream, ({ orderChanged }) => isLast(orderChanged), STEP_MS);
  return events.map(({ orderChanged }) => orderChanged);
}

test("each who begins with a snapshot gets all of it and then the same events, also one who is cut off within it", async () => {
  expect(orders).toBeGreaterThan(TAKEN_BEFORE_THE_CUT);
  let left = TAKEN_BEFORE_THE_CUT;
  const before = await follow(null, () => (left -= 1) === 0);
  let entries = 0;
  let begun: () => void = () => undefined;
  const hasAll = new Promise<void>((resolve) => (begun = resolve));
  const isSubmitted = (told: Told) => {
    if (told.type === "SNAPSHOT" && (entries += 1) === orders) begun();
    return told.type === "SUBMITTED";
  };
  const uncut = follow(null, isSubmitted);
  await Promise.race([hasAll, uncut]);
  const { orderId } = await placeOrder(stack, anOrder(CUSTOMER), portal);
  // In the name of the same viewer, beside one who follows what happens now.
  const after = await follow(before.at(-1)?.cursor ?? "", ({ type }) => type === "SUBMITTED");

  for (const told of [await uncut, [...before, ...after]]) {
    const snapshot = told.filter(({ type }) => type === "SNAPSHOT");
    const ids = snapshot.map(({ order }) => order.id).filter((id) => id !== orderId);
    expect(new Set(ids).size).toBe(orders);
    expect(ids).toHaveLength(orders);
    expect(told.at(-1)).toMatchObject({ type: "SUBMITTED", order: { id: orderId } });
  }
  expect((await uncut).at(-1)?.cursor).toBe(after.at(-1)?.cursor);
});
