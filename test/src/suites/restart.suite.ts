import { OrderChangedDocument, type OrderEventType } from "../../generated/operations.ts";
import { collectUntil } from "../collecting-events.ts";
import { anOrder, oldestCursor, placeOrder, type AcceptedOrder } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10010";
/** From the floor to the dock in three seconds: long enough to be killed on the way. */
export const RESTART_SPEED = 1_000;
/** Over a shared ledger a try that died with its process waits until its lease is over. */
const PATH_MS = 90_000;

/** What holds when the process is killed in the middle of an order, whatever it keeps its data in. */
export function restartSuite(open: () => Promise<Stack>): void {
  let stack: Stack;
  let portal: string;
  let operator: string;
  beforeAll(async () => {
    stack = await open();
    portal = await stack.token("portal", CUSTOMER);
    operator = await stack.token("operator");
  });
  afterAll(() => stack[Symbol.asyncDispose]());

  const follow = async (order: AcceptedOrder, after: string, until: OrderEventType) => {
    const results = await collectUntil(
      stack.subscribe(OrderChangedDocument, { orderIds: [order.orderId], after }, portal),
      ({ orderChanged }) => orderChanged.type === until,
      PATH_MS,
    );
    return results.map(({ orderChanged: { cursor, type } }) => ({ cursor, type }));
  };

  test.each(["SUBMITTED", "CONFIRMED", "ALLOCATED"] as const)(
    "an order that was %s when the power went is billed once, and its subscriber misses nothing",
    async (moment) => {
      const order = await placeOrder(stack, anOrder(CUSTOMER), portal);
      const start = await oldestCursor(stack, operator);
      const before = await follow(order, start, moment);
      await stack.kill();
      await stack.start();

      const after = await follow(order, before.at(-1)?.cursor ?? "", "INVOICED");
      expect([...before, ...after]).toEqual(await follow(order, start, "INVOICED"));
      const types = [...before, ...after].map(({ type }) => type);
      expect(types).toEqual([...new Set(types)]);
      expect(types).toEqual(
        expect.arrayContaining(["SUBMITTED", "CONFIRMED", "ALLOCATED", "SHIPPED", "INVOICED"]),
      );

      const { sandbox } = stack;
      const counts = await Promise.all([
        sandbox.count("erp", "salesOrder", order.reference),
        sandbox.count("wms", "order", order.reference),
        sandbox.count("finance", "invoice", order.reference),
      ]);
      expect(counts).toEqual([1, 1, 1]);
    },
  );
}
