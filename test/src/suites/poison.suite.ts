import { CommandDocument, OpenExceptionsDocument } from "../../generated/operations.ts";
import { anOrder, placeOrder, untilDone } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10010";
const CREATE = "POST salesOrders";
const FIRST_MS = 60_000;
const DONE_MS = 30_000;
const STOPPED_MS = 60_000;
const LOOK_AGAIN_MS = 250;

export function poisonSuite(open: () => Stack): void {
  describe("orders that the ERP answers badly", () => {
    let stack: Stack;
    let portal: string;
    let operator: string;
    beforeAll(async () => {
      stack = open();
      [portal, operator] = await Promise.all([
        stack.token("portal", CUSTOMER),
        stack.token("operator"),
      ]);
      // The first order of all waits for what is read once, and for the books to be filled.
      await untilDone(stack, await placeOrder(stack, anOrder(CUSTOMER), portal), portal, FIRST_MS);
    });
    afterEach(() => stack.sandbox.clearFaults());

    const openExceptions = async () =>
      (await stack.ask(OpenExceptionsDocument, {}, operator)).exceptions.edges.map(
        ({ node }) => node,
      );

    async function untilStopped(commandId: string): Promise<void> {
      const until = Date.now() + STOPPED_MS;
      while (Date.now() < until) {
        if ((await openExceptions()).some(({ command }) => command?.id === commandId)) return;
        await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      }
      const { command } = await stack.ask(CommandDocument, { id: commandId }, operator);
      throw new Error(`The command did not stop: ${JSON.stringify(command)}`);
    }

    test("an order that the ERP always answers with nonsense waits for a person, and holds up nobody", async () => {
      const poison = anOrder(CUSTOMER);
      await stack.sandbox.fault({
        source: "erp",
        kind: "garbage",
        operation: CREATE,
        containing: poison.customerReference ?? "",
      });
      const poisoned = await placeOrder(stack, poison, portal);
      const others = await Promise.all(
        Array.from({ length: 10 }, () => placeOrder(stack, anOrder(CUSTOMER), portal)),
      );
      for (const order of others) {
        await untilDone(stack, order, portal, DONE_MS);
      }
      await untilStopped(poisoned.commandId);
      const exceptions = await openExceptions();
      expect(exceptions.map(({ command }) => command?.id)).toEqual([poisoned.commandId]);
      expect(exceptions[0]?.summary).not.toMatch(/doctype|Welcome/);
      const { command } = await stack.ask(CommandDocument, { id: poisoned.commandId }, portal);
      expect(command?.status).toBe("DEAD_LETTERED");
      expect(await stack.sandbox.count("erp", "salesOrder", poisoned.reference)).toBe(0);
    });

    test("an order whose answer the ERP lost is there once", async () => {
      const input = anOrder(CUSTOMER);
      await stack.sandbox.fault({
        source: "erp",
        kind: "lostResponse",
        operation: CREATE,
        containing: input.customerReference ?? "",
        times: 1,
      });
      const order = await placeOrder(stack, input, portal);
      await untilDone(stack, order, portal, DONE_MS);
      expect(await stack.sandbox.struck()).toMatchObject({ "erp lostResponse": 1 });
      expect(await stack.sandbox.count("erp", "salesOrder", order.reference)).toBe(1);
    });
  });
}
