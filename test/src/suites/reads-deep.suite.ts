import { OrderPageDocument } from "../../generated/operations.ts";
import { world } from "../contract-prices.ts";
import { untilHistoryIsRead } from "../history.ts";
import { callsOf } from "../source-calls.ts";
import type { Stack } from "../stack.ts";

const MANY = 50;
const MAX_AGE_SECONDS = 2;
/** Each with more than fifty past orders, which other suites leave alone. */
const [WARM_UP = "", ONE_OF = "", MANY_OF = ""] = world.customers
  .slice(-3)
  .map(({ number }) => number);

/** @param open a stack that stands still, in which nobody has looked at the last accounts' orders */
export function deepReadsSuite(open: () => Stack): void {
  describe("orders with their lines, shipments and invoices", () => {
    let stack: Stack;
    let operator: string;
    beforeAll(async () => {
      stack = open();
      operator = await stack.token("operator");
      await untilHistoryIsRead(stack);
      await readOldest(WARM_UP, 1);
    });

    /** Shipped and billed long ago. */
    async function readOldest(customerId: string, first: number, maxAgeSeconds?: number) {
      const variables = { filter: { customerId }, first, sort: "PLACED_AT_ASC" as const };
      const answer = await stack.query(OrderPageDocument, variables, operator, maxAgeSeconds);
      expect(answer.errors).toEqual([]);
      const nodes = answer.data?.orders.edges.map(({ node }) => node) ?? [];
      expect(nodes).toHaveLength(first);
      for (const { lines, shipments, invoices } of nodes) {
        expect(lines.map(({ product }) => product.name)).not.toContain("");
        expect([shipments.length, invoices.length]).toEqual([1, 1]);
      }
    }

    test("fifty that nobody has read cost as many calls to each source as one", async () => {
      const one = await callsOf(stack, () => readOldest(ONE_OF, 1));
      const many = await callsOf(stack, () => readOldest(MANY_OF, MANY));
      expect(many).toEqual(one);
    });

    test("fifty as they are now cost as many calls to each source as one, and each source is asked", async () => {
      const asNow = async (first: number) => {
        await new Promise((resolve) => setTimeout(resolve, (MAX_AGE_SECONDS + 1) * 1_000));
        return callsOf(stack, () => readOldest(MANY_OF, first, MAX_AGE_SECONDS));
      };
      const one = await asNow(1);
      expect(Math.min(one.erp, one.wms, one.finance)).toBeGreaterThan(0);
      expect(await asNow(MANY)).toEqual(one);
    });

    test("what was read just now is not read again", async () => {
      await readOldest(MANY_OF, MANY);
      const again = await callsOf(stack, () => readOldest(MANY_OF, MANY));
      expect(again).toEqual({ erp: 0, wms: 0, finance: 0 });
    });
  });
}
