import {
  OrderPageDocument,
  type OrderPageQuery,
  type OrderSort,
} from "../../generated/operations.ts";
import { untilHistoryIsRead } from "../history.ts";
import { callsOf } from "../source-calls.ts";
import type { Stack } from "../stack.ts";

const PAGE = 50;
/** Nothing that was read for the test before is as young. */
const AS_NOW_SECONDS = 1;
/** Newest first: orders that wait for the warehouse. Oldest first: shipped and billed long ago. */
const SORTS = ["PLACED_AT_DESC", "PLACED_AT_ASC"] as const satisfies readonly OrderSort[];

/**
 * Calls are counted at the sources, where those for a query cannot be told from those of the
 * background. So there is no background here: the warehouse stands still, no source is swept after
 * the first time, and the books are full before anything is counted. What is counted then while a
 * query runs is the query's own.
 *
 * That one order costs the sources as many calls as fifty is for the suite of deep reads to show.
 *
 * @param open a stack that stands still, of which nobody has ordered yet, or looked at the newest and the oldest orders
 */
export function fiftyOrdersSuite(open: () => Stack): void {
  describe("fifty orders", () => {
    let stack: Stack;
    let operator: string;
    beforeAll(async () => {
      stack = open();
      operator = await stack.token("operator");
      await untilHistoryIsRead(stack);
      // The first query of all signs in at the sources and reads what never changes, once.
      for (const sort of SORTS) await readOrders(1, sort);
    });

    async function readOrders(
      first: number,
      sort: OrderSort,
    ): Promise<OrderPageQuery["orders"]["edges"]> {
      const { orders } = await stack.ask(OrderPageDocument, { first, sort }, operator);
      return orders.edges;
    }

    /**
     * One call at most for each kind of record that nobody has read: orders, accounts and items of the ERP, shipments,
     * invoices; none for what a book has. For open orders finance is not asked: what has not left the building is not billed.
     */
    test.each([
      { sort: "PLACED_AT_DESC", most: { erp: 3, wms: 1, finance: 0 } },
      { sort: "PLACED_AT_ASC", most: { erp: 3, wms: 1, finance: 1 } },
    ] as const)(
      "fifty orders, $sort, cost one bulk call per kind of record at most",
      async ({ sort, most }) => {
        const calls = await callsOf(stack, () => readOrders(PAGE, sort));
        expect(calls.wms).toBeLessThanOrEqual(most.wms);
        expect(calls.erp).toBeLessThanOrEqual(most.erp);
        expect(calls.finance).toBeLessThanOrEqual(most.finance);
      },
    );

    test.each(SORTS)(
      "fifty orders, %s, come with everything that was asked of them",
      async (sort) => {
        const edges = await readOrders(PAGE, sort);
        expect(edges).toHaveLength(PAGE);
        const nodes = edges.map(({ node }) => node);
        expect(new Set(nodes.map(({ number }) => number)).size).toBe(PAGE);
        expect(nodes.filter(({ customer }) => customer.name === "")).toEqual([]);
        expect(nodes.filter(({ lines }) => lines.length === 0)).toEqual([]);
        expect(nodes.flatMap(({ lines }) => lines).filter(({ product }) => !product.name)).toEqual(
          [],
        );
        expect(nodes.filter(({ shipments }) => shipments.length !== 1)).toEqual([]);
        const bills = nodes.map(({ invoices }) => invoices.length);
        expect(new Set(bills)).toEqual(new Set([sort === "PLACED_AT_ASC" ? 1 : 0]));
      },
    );

    test.each(SORTS)("fifty orders, %s, tell the calls that the sources counted", async (sort) => {
      await new Promise((resolve) => setTimeout(resolve, (AS_NOW_SECONDS + 1) * 1_000));
      let told: unknown;
      const { erp, wms, finance } = await callsOf(stack, async () => {
        const variables = { first: PAGE, sort };
        const answer = await stack.query(OrderPageDocument, variables, operator, AS_NOW_SECONDS);
        told = answer.extensions["cost"];
      });
      expect(Math.min(erp, wms)).toBeGreaterThan(0);
      expect(told).toMatchObject({ sourceCalls: erp + wms + finance, stale: 0 });
    });

    test("an order more on the page costs as many points as any other", async () => {
      const pointsOf = async (first: number) => {
        const { extensions } = await stack.query(
          OrderPageDocument,
          { first, sort: "PLACED_AT_ASC" },
          operator,
        );
        return (extensions["cost"] as { readonly points: number }).points;
      };
      const [one, two, fifty] = [await pointsOf(1), await pointsOf(2), await pointsOf(PAGE)];
      expect(two).toBeGreaterThan(one);
      expect(fifty - one).toBe((PAGE - 1) * (two - one));
    });
  });
}
