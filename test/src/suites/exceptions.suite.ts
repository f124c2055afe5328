import {
  AuditVerificationDocument,
  CommandErrorDocument,
  ExceptionRaisedDocument,
  ExceptionsDocument,
  OrderBlockersDocument,
  ResolveExceptionDocument,
  RetryCommandDocument,
} from "../../generated/operations.ts";
import { collectUntil } from "../collecting-events.ts";
import { createErpClerk, type ErpClerk } from "../erp-clerk.ts";
import {
  anOrder,
  oldestCursor,
  placeOrder,
  untilDone,
  type AcceptedOrder,
} from "../placing-orders.ts";
import { runProgram } from "../program.ts";
import type { Stack } from "../stack.ts";

const CUSTOMER = "C10010";
/** Nobody else's order has it. */
const ITEM = "NG-10003";
const EVENT_MS = 30_000;
const DONE_MS = 30_000;

export function exceptionsSuite(open: () => Stack): void {
  describe("exceptions", () => {
    let stack: Stack;
    let clerk: ErpClerk;
    let portal: string;
    let operator: string;
    beforeAll(async () => {
      stack = open();
      clerk = createErpClerk(`http://127.0.0.1:${stack.settings["SANDBOX_PORT"] ?? ""}`);
      [portal, operator] = await Promise.all([
        stack.token("portal", CUSTOMER),
        stack.token("operator"),
      ]);
    });
    afterEach(() => clerk.blockItem(ITEM, false));

    /** Accepted while all was well; by the time that the ERP is asked, its item is blocked. */
    async function orderOfBlockedItem(): Promise<{ order: AcceptedOrder; exceptionId: string }> {
      await stack.sandbox.fault({
        source: "erp",
        kind: "rateLimit",
        operation: "POST salesOrders",
        forMs: EVENT_MS,
      });
      const lines = [{ sku: ITEM, quantity: "2" }];
      const order = await placeOrder(stack, anOrder(CUSTOMER, { lines }), portal);
      await clerk.blockItem(ITEM, true);
      await stack.sandbox.clearFaults();
      const raised = await collectUntil(
        stack.subscribe(
          ExceptionRaisedDocument,
          { after: await oldestCursor(stack, operator) },
          operator,
        ),
        ({ exceptionRaised }) => exceptionRaised.command?.id === order.commandId,
        EVENT_MS,
      );
      return { order, exceptionId: raised.at(-1)?.exceptionRaised.id ?? "" };
    }

    async function exceptionOf(id: string, open: boolean) {
      const { exceptions } = await stack.ask(ExceptionsDocument, { filter: { open } }, operator);
      return exceptions.edges.map(({ node }) => node).find((node) => node.id === id);
    }

    test("an accepted order whose item is blocked waits for who repairs the card, and then goes through, once", async () => {
      const { order, exceptionId } = await orderOfBlockedItem();
      expect(await exceptionOf(exceptionId, true)).toMatchObject({
        class: "MASTER_DATA",
        code: "ITEM_BLOCKED",
        owner: "masterData",
        suggestedAction: { code: "REPAIR_MASTER_DATA" },
        subject: { typename: "Order", id: order.orderId },
        command: { id: order.commandId, status: "DEAD_LETTERED" },
        payload: { customerNumber: CUSTOMER, shipTo: "[removed]" },
        lastAnswer: { status: 400, code: "Application_DialogException" },
        resolution: null,
      });
      const { command } = await stack.ask(CommandErrorDocument, { id: order.commandId }, portal);
      expect(command?.error).toMatchObject({
        class: "MASTER_DATA",
        code: "ITEM_BLOCKED",
        retryable: true,
      });
      const blocked = await stack.ask(OrderBlockersDocument, { id: order.orderId }, portal);
      expect(blocked.order).toMatchObject({
        status: "ON_HOLD",
        blockers: [{ code: "ITEM_BLOCKED", owner: "operator" }],
      });

      await clerk.blockItem(ITEM, false);
      const retried = await stack.ask(RetryCommandDocument, { id: order.commandId }, operator);
      expect(retried.retryCommand.id).toBe(order.commandId);
      await untilDone(stack, order, operator, DONE_MS);
      expect(await stack.sandbox.count("erp", "salesOrder", order.reference)).toBe(1);
      expect(await exceptionOf(exceptionId, true)).toBeUndefined();
      expect(await exceptionOf(exceptionId, false)).toMatchObject({
        resolution: "RETRIED",
        command: { status: "SUCCEEDED" },
      });
      const { auditVerification } = await stack.ask(AuditVerificationDocument, {}, operator);
      expect(auditVerification.holds).toBe(true);
    });

    test("what waits for one reason is retried from a shell, once that is repaired", async () => {
      const { order, exceptionId } = await orderOfBlockedItem();
      await clerk.blockItem(ITEM, false);
      const retried = await ctl(
        "exception",
        "retry",
        "--code",
        "ITEM_BLOCKED",
        "--note",
        "Unblocked.",
      );
      expect(retried).toMatchObject({ code: 0, stdout: "1 is dealt with, 0 remain\n" });
      await untilDone(stack, order, operator, DONE_MS);
      expect(await exceptionOf(exceptionId, false)).toMatchObject({ resolution: "RETRIED" });
    });

    /** What `npm run --silent ctl -- …` says, and its exit code. */
    async function ctl(...args: readonly string[]) {
      const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", [...args]);
      const { code } = await program.exited;
      return { code, stdout: program.stdout(), stderr: program.stderr() };
    }

    test("an order that an operator gives up from a shell is cancelled, and its customer sees it", async () => {
      const { order, exceptionId } = await orderOfBlockedItem();
      const listed = await ctl("exception", "list", "--owner", "masterData");
      expect(listed.stdout).toContain(exceptionId);
      const shown = await ctl("exception", "show", exceptionId);
      expect(shown.stdout).toContain("Unblock the item in the ERP, then retry the command.");
      const decide = (resolution: string) =>
        ctl("exception", "resolve", exceptionId, resolution, "--note", "Discontinued.");
      expect(await decide("IGNORED")).toMatchObject({
        code: 0,
        stdout: `${exceptionId} is resolved: IGNORED\n`,
      });
      expect(await decide("RETRIED")).toMatchObject({
        code: 4,
        stderr: expect.stringContaining("was resolved as IGNORED") as string,
      });
      const given = await stack.ask(OrderBlockersDocument, { id: order.orderId }, portal);
      expect(given.order?.status).toBe("CANCELLED");
      const decision = { id: exceptionId, resolution: "IGNORED", note: "Discontinued." } as const;
      const refused = await stack.query(ResolveExceptionDocument, decision, portal);
      expect(refused.errors.map(({ extensions }) => extensions?.["code"])).toEqual(["FORBIDDEN"]);
    });
  });
}
