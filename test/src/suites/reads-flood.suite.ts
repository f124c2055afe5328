import { CommandDocument, ProductNameDocument } from "../../generated/operations.ts";
import { world } from "../contract-prices.ts";
import { anOrder, placeOrder, untilDone, type AcceptedOrder } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

const BUYER = "C10040";
const ORDERS = 20;
const READERS = 200;
const MAX_AGE_SECONDS = 1;
const DONE_MS = 60_000;

/** @param open a stack that stands still, with full books */
export function floodSuite(open: () => Stack): void {
  describe("while hundreds want every item as it is now", () => {
    let stack: Stack;
    let buyer: string;
    beforeAll(async () => {
      stack = open();
      buyer = await stack.token("portal", BUYER);
      // What is remembered of an account and its products was read for an order before.
      await untilDone(stack, await placeOrder(stack, anOrder(BUYER), buyer), buyer, DONE_MS);
    });

    /** Each reader reads another item as soon as the one before is answered, however. */
    function startFlood(): () => Promise<number> {
      let [asked, isOver] = [0, false];
      const readers = Array.from({ length: READERS }, async () => {
        while (!isOver) {
          const sku = world.items[asked % world.items.length]?.sku ?? "";
          asked += 1;
          await stack.query(ProductNameDocument, { sku }, buyer, MAX_AGE_SECONDS);
        }
      });
      return async () => {
        isOver = true;
        await Promise.all(readers);
        return asked;
      };
    }

    test("orders are taken and reach the ERP at the first try, and the ERP is never asked too much", async () => {
      await stack.sandbox.resetCalls();
      const endFlood = startFlood();
      const placed: AcceptedOrder[] = [];
      for (let count = 0; count < ORDERS; count += 1) {
        placed.push(await placeOrder(stack, anOrder(BUYER), buyer));
      }
      for (const order of placed) await untilDone(stack, order, buyer, DONE_MS);
      const asked = await endFlood();

      expect(asked).toBeGreaterThan(READERS);
      const commands = await Promise.all(
        placed.map(({ commandId: id }) => stack.ask(CommandDocument, { id }, buyer)),
      );
      expect(commands.map(({ command }) => [command?.attempts, command?.error])).toEqual(
        placed.map(() => [1, null]),
      );
      const references = placed.map(({ reference }) => reference);
      expect(await stack.sandbox.countEach("erp", "salesOrder", references)).toEqual(
        placed.map(() => 1),
      );
      expect((await stack.sandbox.calls()).erp.rejected).toBe(0);
    });
  });
}
