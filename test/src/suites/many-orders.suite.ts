import { OrderChangedDocument, SubmitOrdersDocument } from "../../generated/operations.ts";
import { collectUntil } from "../collecting-events.ts";
import { anOrder } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10010";
const PATH_MS = 30_000;
const WAIT_MS = 10_000;

export function manyOrdersSuite(open: () => Stack): void {
  describe("many orders in one call", () => {
    let stack: Stack;
    let portal: string;
    beforeAll(async () => {
      stack = open();
      portal = await stack.token("portal", CUSTOMER);
    });

    test("orders of one call are in the ERP once each, also when the call is repeated", async () => {
      const good = Array.from({ length: 10 }, () => anOrder(CUSTOMER, { waitMs: WAIT_MS }));
      const inputs = [...good, anOrder(CUSTOMER, { lines: [] })];
      const { submitOrders: first } = await stack.ask(SubmitOrdersDocument, { inputs }, portal);
      expect(first.map(({ userErrors }) => userErrors.map(({ code }) => code).join())).toEqual([
        ...good.map(() => ""),
        "EMPTY_ORDER",
      ]);
      expect(first.slice(0, -1).map(({ order }) => order?.customerReference)).toEqual(
        good.map(({ customerReference }) => customerReference),
      );
      const { submitOrders: again } = await stack.ask(SubmitOrdersDocument, { inputs }, portal);
      expect(again.map(({ replayed }) => replayed)).toEqual([...good.map(() => true), false]);
      expect(again.map(({ order }) => order?.id)).toEqual(first.map(({ order }) => order?.id));
      for (const { order, cursor } of again.slice(0, -1)) {
        const orderIds = [String(order?.id)];
        const events = await collectUntil(
          stack.subscribe(OrderChangedDocument, { orderIds, after: String(cursor) }, portal),
          ({ orderChanged }) => orderChanged.type === "CONFIRMED",
          PATH_MS,
        );
        expect(events[0]?.orderChanged.type).toBe("SUBMITTED");
      }
      const held = good.map(({ customerReference }) =>
        stack.sandbox.count("erp", "salesOrder", customerReference ?? ""),
      );
      expect(await Promise.all(held)).toEqual(good.map(() => 1));
    });
  });
}
