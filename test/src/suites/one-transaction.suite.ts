import { randomUUID } from "node:crypto";
import {
  FlowAsItChangesDocument,
  HowOrdersFlowDocument,
  RecordPaymentDocument,
  SourcesAsTheyChangeDocument,
  WaitingWorkDocument,
  WholeOrderDocument,
  WholeTransactionDocument,
  type WholeOrderQuery,
  type WholeTransactionQuery,
} from "../../generated/operations.ts";
import { collectUntil } from "../collecting-events.ts";
import { anOrder, placeOrder, type AcceptedOrder } from "../placing-orders.ts";
import { runProgram } from "../program.ts";
import type { Stack } from "../stack.ts";
import { until } from "../until.ts";

const CUSTOMER = "C10010";
const PATH_MS = 60_000;
const PAYMENT_REFERENCE = "Wire 88-transaction";

type Transaction = NonNullable<WholeTransactionQuery["businessTransaction"]>;
type Step = Transaction["steps"][number];

/** One order from its submission to its payment, as operators see it: over all systems. */
export function oneTransactionSuite(open: () => Stack): void {
  describe("one order's whole way, for operators", () => {
    let stack: Stack;
    let portal: string;
    let operator: string;
    let placed: AcceptedOrder;
    let order: NonNullable<WholeOrderQuery["order"]>;
    let transaction: Transaction;

    beforeAll(async () => {
      stack = open();
      portal = await stack.token("portal", CUSTOMER);
      operator = await stack.token("operator");
      placed = await placeOrder(stack, anOrder(CUSTOMER), portal);
      order = await until(readOrder, ({ status }) => status === "INVOICED", PATH_MS);
      const bill = order.invoices[0];
      if (bill === undefined) throw new Error("It is invoiced without an invoice.");
      await stack.ask(
        RecordPaymentDocument,
        {
          input: {
            idempotencyKey: randomUUID(),
            invoiceId: bill.id,
            amount: bill.total.amount,
            receivedOn: new Date().toISOString().slice(0, 10),
            reference: PAYMENT_REFERENCE,
          },
        },
        await stack.token("finance"),
      );
      transaction = await until(readTransaction, ({ isOver }) => isOver, PATH_MS);
    });

    async function readOrder() {
      const { order: found } = await stack.ask(WholeOrderDocument, { id: placed.orderId }, portal);
      if (found == null) throw new Error("The order is not there.");
      return found;
    }

    async function readTransaction(): Promise<Transaction> {
      const subjectId = `order:${placed.orderId}`;
      const { businessTransaction: found } = await stack.ask(
        WholeTransactionDocument,
        { subjectId },
        operator,
      );
      if (found == null) throw new Error("There is no transaction.");
      return found;
    }

    const stepsOf = (kind: Step["kind"], system?: string) =>
      transaction.steps.filter(
        (step) => step.kind === kind && (system === undefined || step.system === system),
      );

    test("it went through every system, and each call has its document and what it took", () => {
      expect(transaction.systems).toEqual(
        expect.arrayContaining(["crossdock", "erp", "wms", "finance"]),
      );
      const documents = (system: string) =>
        stepsOf("CALL", system).map(({ documentId }) => documentId);
      expect(documents("erp")).toContain(order.number);
      expect(documents("wms")).toContain(order.shipments[0]?.id);
      expect(documents("finance")).toContain(order.invoices[0]?.number);
      for (const { durationMs, startedAt, endedAt, outcome } of stepsOf("CALL")) {
        expect(durationMs).toBeGreaterThan(0);
        expect(endedAt ?? "").toBe(
          new Date(Date.parse(startedAt) + Number(durationMs)).toISOString(),
        );
        expect(outcome).toMatch(/^(SUCCEEDED|RETRYING )/);
      }
    });

    test("the request, each step of its commands, what sources told and what became of it are there, in order", () => {
      expect(stepsOf("REQUEST").length).toBeGreaterThan(0);
      const accepted = stepsOf("COMMAND").filter(({ outcome }) => outcome === "ACCEPTED");
      expect(accepted.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["orders.submitOrder", "shipments.releaseOrder"]),
      );
      for (const { payloadHash } of accepted) expect(payloadHash).toMatch(/^[0-9a-f]{64}$/);
      expect(stepsOf("WEBHOOK", "wms").map(({ name }) => name)).toContain("SHIPPED");
      expect(stepsOf("WEBHOOK", "finance").map(({ outcome }) => outcome)).toContain("PAID");
      expect(stepsOf("EVENT").map(({ name }) => name)).toEqual(
        expect.arrayContaining(["SUBMITTED", "CONFIRMED", "SHIPPED", "INVOICED"]),
      );
      const times = transaction.steps.map(({ startedAt }) => startedAt);
      expect(times).toEqual([...times].sort());
      expect(new Set(transaction.steps.map(({ id }) => id)).size).toBe(transaction.steps.length);
    });

    test("nothing private is in it", () => {
      const text = JSON.stringify(transaction);
      for (const secret of [placed.reference, PAYMENT_REFERENCE, "Lakeside Mechanical"]) {
        expect(text).not.toContain(secret);
      }
    });

    test("by its correlation id, and by the order's number, it is the same", async () => {
      const { correlationId } = transaction;
      const named = [{ correlationId }, { subjectId: `order:${order.number ?? ""}` }];
      for (const variables of named) {
        const { businessTransaction: found } = await stack.ask(
          WholeTransactionDocument,
          variables,
          operator,
        );
        expect(found?.correlationId).toBe(correlationId);
        expect(found?.systems).toEqual(transaction.systems);
      }
    });

    test("only operators see it, and what they look at", async () => {
      const variables = { subjectId: `order:${placed.orderId}` };
      for (const role of ["portal", "partner", "mobile"] as const) {
        const token = await stack.token(role, CUSTOMER);
        await expect(stack.ask(WholeTransactionDocument, variables, token)).rejects.toThrow();
        await expect(stack.ask(HowOrdersFlowDocument, {}, token)).rejects.toThrow();
        const work = stack.ask(WaitingWorkDocument, { kind: "STUCK_BETWEEN_STAGES" }, token);
        await expect(work).rejects.toThrow();
      }
    });

    test("who follows the flow is told of an order that moves, at most once a second", async () => {
      const begun = Date.now();
      const following = collectUntil(
        stack.subscribe(FlowAsItChangesDocument, {}, operator),
        ({ flowChanged }) => flowChanged.openOrdersByStage.some(({ stage }) => stage === "PICKING"),
        PATH_MS,
      );
      await placeOrder(stack, anOrder(CUSTOMER), portal);
      const told = await following;
      const times = told.map(({ flowChanged }) => Date.parse(flowChanged.measuredAt));
      const gaps = times.slice(1).map((time, at) => time - (times[at] ?? 0));
      expect(told.length).toBeLessThanOrEqual(2 + (Date.now() - begun) / 1_000);
      for (const gap of gaps) expect(gap).toBeGreaterThanOrEqual(900);
      const states = collectUntil(
        stack.subscribe(SourcesAsTheyChangeDocument, {}, operator),
        ({ sourcesChanged }) => sourcesChanged.length > 0,
        PATH_MS,
      );
      const [first] = await states;
      expect(first?.sourcesChanged.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["erp", "wms", "finance"]),
      );
    });

    test("the shell prints the same, and says by its exit code what it found", async () => {
      const [found, unknown, flow] = await Promise.all([
        ctl("transaction", order.number ?? ""),
        ctl("transaction", "SO-0000000"),
        ctl("tower", "flow", "--json"),
      ]);
      expect(found.stdout).toMatch(/^AT +SYSTEM +KIND +NAME/);
      expect(found.stdout).toContain(transaction.correlationId);
      expect([found.code, unknown.code, flow.code]).toEqual([0, 1, 0]);
      expect(JSON.parse(flow.stdout)).toHaveProperty("openOrdersByStage");
    });

    async function ctl(...args: readonly string[]) {
      const program = runProgram({ ...stack.settings }, "app/src/ctl.ts", args);
      const { code } = await program.exited;
      return { code, stdout: program.stdout() };
    }
  });
}
