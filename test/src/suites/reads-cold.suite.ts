import { ProductLotsDocument, ProductNameDocument } from "../../generated/operations.ts";
import { world } from "../contract-prices.ts";
import { untilHistoryIsRead } from "../history.ts";
import { callsOf } from "../source-calls.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10020";
const AT_ONCE = 200;
/** Nothing that was read before the stack's start-up is as young. */
const MAX_AGE_SECONDS = 5;
/** The last ones of the catalogue, which nobody else looks at; all with lots, which no book has. */
const [WARM_UP = "", ALONE = "", TOGETHER = "", ASKED_ANEW = ""] = world.items
  .filter(({ tracking }) => tracking === "LOT")
  .slice(-4)
  .map(({ sku }) => sku);

/** @param open a stack that stands still, in which nobody has looked at the last items of the catalogue */
export function coldReadsSuite(open: () => Stack): void {
  describe("reads of what nobody has read", () => {
    let stack: Stack;
    let portal: string;
    beforeAll(async () => {
      stack = open();
      portal = await stack.token("portal", CUSTOMER);
      await untilHistoryIsRead(stack);
      // Whoever asks first signs in at the sources and reads the account.
      await readLots(WARM_UP);
    });

    async function readLots(sku: string) {
      const { product } = await stack.ask(ProductLotsDocument, { sku }, portal);
      expect(product?.inventory.flatMap(({ lots }) => lots)).not.toEqual([]);
    }
    const nameOf = (sku: string) => world.items.find((item) => item.sku === sku)?.name;
    const manyTimes = <Answer>(read: () => Promise<Answer>) =>
      Promise.all(Array.from({ length: AT_ONCE }, read));

    test("two hundred who look where the lots of one item lie cost as many calls as one who does", async () => {
      const alone = await callsOf(stack, () => readLots(ALONE));
      const together = await callsOf(stack, () => manyTimes(() => readLots(TOGETHER)));
      expect(alone.wms).toBeGreaterThan(0);
      expect(together).toEqual(alone);
    });

    test("two hundred who want an item as it is now make one call to the ERP", async () => {
      const readName = async () => {
        const variables = { sku: ASKED_ANEW };
        const answer = await stack.query(ProductNameDocument, variables, portal, MAX_AGE_SECONDS);
        expect(answer.errors).toEqual([]);
        return answer.data?.product;
      };
      await new Promise((resolve) => setTimeout(resolve, (MAX_AGE_SECONDS + 1) * 1_000));
      const calls = await callsOf(stack, async () => {
        const answered = await manyTimes(readName);
        expect(new Set(answered.map((product) => product?.name))).toEqual(
          new Set([nameOf(ASKED_ANEW)]),
        );
      });
      expect(calls).toEqual({ erp: 1, wms: 0, finance: 0 });
    });
  });
}
