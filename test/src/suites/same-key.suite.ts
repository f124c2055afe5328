import { CommandCountDocument, SubmitOrderDocument } from "../../generated/operations.ts";
import { untilHistoryIsRead } from "../history.ts";
import { anOrder, untilDone } from "../placing-orders.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10010";
const TIMES = 50;
const DONE_MS = 30_000;

export function sameKeySuite(open: () => Stack): void {
  describe("the same key", () => {
    let stack: Stack;
    let portal: string;
    let operator: string;
    beforeAll(async () => {
      stack = open();
      [portal, operator] = await Promise.all([
        stack.token("portal", CUSTOMER),
        stack.token("operator"),
      ]);
      await untilHistoryIsRead(stack);
    });

    const countCommands = async () =>
      (await stack.ask(CommandCountDocument, {}, operator)).commands.totalCount ?? 0;
    const send = async (input: ReturnType<typeof anOrder>, token = portal) => {
      const answer = await stack.query(SubmitOrderDocument, { input }, token);
      expect(answer.errors).toEqual([]);
      const { command, order, replayed, userErrors } = answer.data?.submitOrder ?? {};
      return { command, order, replayed, userErrors, told: answer.extensions["replayed"] };
    };

    test("a key that is sent fifty times at once makes one command and one order in the ERP", async () => {
      const before = await countCommands();
      const input = anOrder(CUSTOMER);
      const answers = await Promise.all(Array.from({ length: TIMES }, () => send(input)));
      const ids = new Set(answers.map(({ command }) => command?.id));
      expect(ids.size).toBe(1);
      const [id] = ids;
      expect(answers.filter(({ replayed }) => replayed === true)).toHaveLength(TIMES - 1);
      expect(answers.filter(({ told }) => told !== undefined).map(({ told }) => told)).toEqual(
        Array.from({ length: TIMES - 1 }, () => [id]),
      );
      const reference = input.customerReference ?? "";
      await untilDone(stack, { commandId: id ?? "" }, portal, DONE_MS);
      expect(await stack.sandbox.count("erp", "salesOrder", reference)).toBe(1);
      expect(await countCommands()).toBeGreaterThan(before);

      const later = await send(input);
      expect([later.command?.id, later.replayed, later.told]).toEqual([id, true, [id]]);
    });

    test("the same key with another input is a conflict that names the first command", async () => {
      const input = anOrder(CUSTOMER);
      const first = await send(input);
      const before = await countCommands();
      const second = await send({ ...input, customerReference: "another" });
      expect([second.command, second.order]).toEqual([null, null]);
      expect(second.userErrors).toMatchObject([
        { code: "IDEMPOTENCY_CONFLICT", field: ["idempotencyKey"] },
      ]);
      expect(second.userErrors?.[0]?.message).toContain(first.command?.id);
      expect(await countCommands()).toBeLessThanOrEqual(before + 1); // the first one's release
    });

    test("the same key of another application is another command", async () => {
      const input = anOrder(CUSTOMER);
      const ours = await send(input);
      const theirs = await send(
        { ...input, customerReference: `${input.customerReference ?? ""}B` },
        operator,
      );
      expect([ours.replayed, theirs.replayed]).toEqual([false, false]);
      expect(theirs.command?.id).not.toBe(ours.command?.id);
      expect(theirs.order?.id).not.toBe(ours.order?.id);
    });
  });
}
