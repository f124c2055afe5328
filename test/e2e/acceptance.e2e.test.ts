import { randomUUID } from "node:crypto";
import {
  ApproveOrderDocument,
  AvailabilityDocument,
  CancelOrderDocument,
  OpenBillsDocument,
  OrderHoldsDocument,
  PreviewAcceptanceDocument,
  RecordPaymentDocument,
  RejectOrderDocument,
  ReserveInventoryDocument,
  SubmitOrderDocument,
  type SubmitOrderInput,
} from "../generated/operations.ts";
import { anOrder, STAPLE } from "../src/placing-orders.ts";
import { STANDING_STILL } from "../src/config-file.ts";
import { startStack, type Stack } from "../src/stack.ts";

const WAIT_MS = 10_000;
const PATIENCE_MS = 150_000;
const LOOK_AGAIN_MS = 300;
const SUBMITTERS = 200;
const PIECES = 150;
/** Has a credit limit of 500.00, and owes most of it. */
const TIGHT = "C10140";

jest.setTimeout(400_000);

let stack: Stack;
let operator: string;
beforeAll(async () => {
  stack = await startStack({
    speed: STANDING_STILL,
    callsPerMinute: 6_000,
    policies: {
      acceptance: {
        version: "house-rules/1",
        channels: {
          EDI: { onCreditExceeded: "hold" },
          MOBILE: { approveAbove: "100", minimumOrderValue: "10" },
        },
      },
    },
  });
  operator = await stack.token("operator");
});
afterAll(() => stack[Symbol.asyncDispose]());

/** @throws after `PATIENCE_MS`, with what was seen last */
async function until<Seen>(look: () => Promise<Seen>, isSo: (seen: Seen) => boolean) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > end) throw new Error(`It did not come true: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function submit(input: SubmitOrderInput, token: string) {
  return (await stack.ask(SubmitOrderDocument, { input }, token)).submitOrder;
}

/** Asks again with the same key until there is an answer, as a client does whom a crowded machine keeps waiting too long. */
async function heard<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const answer = await until(
    () => ask().catch(() => null),
    (seen) => seen !== null,
  );
  if (answer === null) throw new Error("There is no answer.");
  return answer;
}

async function orderNow(id: string) {
  const { order } = await stack.ask(OrderHoldsDocument, { id }, operator);
  if (order == null) throw new Error("There is no such order.");
  return order;
}

const codesOf = (errors: readonly { readonly code: string }[]) => errors.map(({ code }) => code);

describe("200 who order and reserve the last 150 pieces at the same moment", () => {
  test("get exactly 150 together, whatever their channel; the others are told what is there", async () => {
    const [portal, partner, shop] = await Promise.all([
      stack.token("portal", "C10010"),
      stack.token("partner", "C10020"),
      stack.token("portal", "C10030"),
    ]);
    const place = async () =>
      (await stack.ask(AvailabilityDocument, { sku: STAPLE }, portal)).availability[0];
    const before = await place();
    const warehouse = before?.warehouse.code ?? "";
    const others = {
      idempotencyKey: randomUUID(),
      sku: STAPLE,
      quantity: String(Number(before?.availableToPromise.value) - PIECES),
      warehouse,
      ttlSeconds: 3_600,
    };
    const all = await stack.ask(ReserveInventoryDocument, { input: others }, operator);
    expect(all.reserveInventory.userErrors).toEqual([]);

    let promised = 0;
    const orders: string[] = [];
    const refused: { readonly code: string; readonly message?: string }[] = [];
    const order = async (pieces: number, at: number) => {
      const [customerId, token] = at % 2 === 0 ? ["C10010", portal] : ["C10020", partner];
      const lines = [{ sku: STAPLE, quantity: String(pieces) }];
      const input = anOrder(customerId, { lines, warehouse, allowBackorder: false });
      const answer = await heard(() => submit(input, token));
      refused.push(...answer.userErrors);
      if (answer.order == null) return false;
      orders.push(answer.order.id);
      promised += pieces;
      return true;
    };
    let reserved = 0;
    const reserve = async (pieces: number) => {
      const input = {
        idempotencyKey: randomUUID(),
        sku: STAPLE,
        quantity: String(pieces),
        warehouse,
        ttlSeconds: 3_600,
      };
      const answer = await heard(() => stack.ask(ReserveInventoryDocument, { input }, shop));
      const { reserveInventory } = answer;
      refused.push(...reserveInventory.userErrors);
      if (reserveInventory.reservation == null) return;
      reserved += pieces;
    };
    await Promise.all(
      Array.from({ length: SUBMITTERS }, (_, at) =>
        at % 4 === 3 ? reserve(1 + (at % 2)) : order(1 + (at % 3), at),
      ),
    );
    expect(promised + reserved).toBeLessThanOrEqual(PIECES);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(codesOf(refused))).toEqual(new Set(["INSUFFICIENT_STOCK"]));
    for (const { message } of refused) {
      if (message !== undefined) expect(message).toMatch(/ has \d+ EA of NG-10004 available, not /);
    }

    // While the warehouse takes an order over it may count on both sides: what that kept back is there a moment later.
    const inBurst = promised + reserved;
    await until(
      () => (promised + reserved < PIECES ? order(1, 0) : Promise.resolve(true)),
      () => promised + reserved === PIECES,
    );
    expect(await order(1, 0)).toBe(false);
    process.stdout.write(
      `${String(SUBMITTERS)} submitters: ${String(inBurst)} of ${String(PIECES)} pieces promised at once\n`,
    );

    // The warehouse's own documents: what it has set aside for these orders is what was promised and not reserved.
    await until(
      () => Promise.all(orders.map(orderNow)),
      (all) => all.every(({ status }) => status === "ALLOCATED"),
    );
    const numbers = (await Promise.all(orders.map(orderNow))).map(({ number }) => String(number));
    const documents = await Promise.all(
      numbers.map((number) => stack.sandbox.documents("wms", "order", number)),
    );
    expect(documents.map((found) => found.length)).toEqual(numbers.map(() => 1));
    type Product = { readonly quantity: number };
    const sent = documents.flat().flatMap(({ products }) => products as readonly Product[]);
    expect(sent.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(PIECES - reserved);
  });
});

describe("an account whose credit does not bear an order", () => {
  test("is told so before, is refused or held by its channel, and goes on when a payment has made room", async () => {
    const [portal, partner, clerk] = await Promise.all([
      stack.token("portal", TIGHT),
      stack.token("partner", TIGHT),
      stack.token("finance"),
    ]);
    const worth = async (quantity: string) => {
      const input = anOrder(TIGHT, { lines: [{ sku: STAPLE, quantity }] });
      return (await stack.ask(PreviewAcceptanceDocument, { input }, portal)).previewOrder;
    };
    // More than is left, and less than half of what there will be.
    const quantity = "1";
    const first = await until(
      () => worth(quantity),
      ({ creditAvailable }) => Number(creditAvailable?.amount) < 100,
    );
    expect(codesOf(first.userErrors)).toEqual(["CREDIT_EXCEEDED"]);
    const lines = [{ sku: STAPLE, quantity }];
    const wanted = () => anOrder(TIGHT, { lines });

    const refusedInput = wanted();
    const refused = await submit(refusedInput, portal);
    expect(refused).toMatchObject({ command: null, userErrors: [{ code: "CREDIT_EXCEEDED" }] });

    const heldInput = wanted();
    const preview = await stack.ask(PreviewAcceptanceDocument, { input: heldInput }, partner);
    expect(preview.previewOrder).toMatchObject({
      holds: [{ code: "CREDIT_EXCEEDED" }],
      userErrors: [],
    });
    const held = await submit(heldInput, partner);
    expect(held).toMatchObject({ order: { status: "ON_HOLD", number: null }, userErrors: [] });
    const heldId = held.order?.id ?? "";
    expect((await orderNow(heldId)).holds).toMatchObject([{ code: "CREDIT_EXCEEDED" }]);
    expect(await stack.sandbox.count("erp", "salesOrder", heldInput.customerReference ?? "")).toBe(
      0,
    );

    const { invoices } = await stack.ask(OpenBillsDocument, { customerId: TIGHT }, clerk);
    for (const { node } of invoices.edges) {
      const input = {
        idempotencyKey: randomUUID(),
        invoiceId: node.id,
        amount: node.balance.amount,
        receivedOn: new Date().toISOString().slice(0, 10),
        reference: "Wire 7",
        waitMs: WAIT_MS,
      };
      const { recordPayment } = await stack.ask(RecordPaymentDocument, { input }, clerk);
      expect(recordPayment.userErrors).toEqual([]);
    }
    const released = await until(
      () => orderNow(heldId),
      ({ number }) => number !== null,
    );
    expect(released.timeline).toContainEqual({
      type: "HOLD_RELEASED",
      note: "CREDIT_EXCEEDED: The account's credit bears it now.",
    });
    const taken = await submit({ ...refusedInput, idempotencyKey: randomUUID() }, portal);
    expect(taken.userErrors).toEqual([]);
    await until(
      () => orderNow(taken.order?.id ?? ""),
      ({ number }) => number !== null,
    );
    for (const { customerReference } of [heldInput, refusedInput]) {
      expect(await stack.sandbox.count("erp", "salesOrder", customerReference ?? "")).toBe(1);
    }
  });
});

describe("an order that a person has to approve", () => {
  const big = () => anOrder("C10030", { lines: [{ sku: "NG-10006", quantity: "200" }] });

  test("reaches the ERP once after the decision, never after one against it or after its buyer took it back", async () => {
    const [mobile, portal] = await Promise.all([
      stack.token("mobile", "C10030"),
      stack.token("portal", "C10030"),
    ]);
    const inputs = [big(), big(), big()];
    const [approved, rejected, cancelled] = await Promise.all(
      inputs.map(async (input) => (await submit(input, mobile)).order?.id ?? ""),
    );
    const key = () => randomUUID();
    const decide = { idempotencyKey: key(), orderId: approved ?? "", note: "Call from Ann." };
    const twice = await Promise.all(
      [decide, decide].map((input) => stack.ask(ApproveOrderDocument, { input }, operator)),
    );
    expect(twice.map(({ approveOrder }) => approveOrder.replayed).sort()).toEqual([false, true]);
    const refusal = { idempotencyKey: key(), orderId: rejected ?? "", reason: "Not this quarter." };
    await stack.ask(RejectOrderDocument, { input: refusal }, operator);
    const back = { idempotencyKey: key(), orderId: cancelled ?? "" };
    await stack.ask(CancelOrderDocument, { input: back }, mobile);
    await until(
      () => orderNow(approved ?? ""),
      ({ number }) => number !== null,
    );
    expect((await orderNow(rejected ?? "")).status).toBe("REJECTED");
    expect((await orderNow(cancelled ?? "")).status).toBe("CANCELLED");
    const references = inputs.map(({ customerReference }) => customerReference ?? "");
    expect(await stack.sandbox.countEach("erp", "salesOrder", references)).toEqual([1, 0, 0]);
    // By another channel nobody has to look; and no buyer decides for himself.
    expect((await submit(big(), portal)).order).toMatchObject({ status: "SUBMITTED" });
    await expect(stack.ask(ApproveOrderDocument, { input: decide }, portal)).rejects.toThrow();
  });
});
