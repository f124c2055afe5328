import { randomUUID } from "node:crypto";
import {
  AuthorizeReturnDocument,
  CancelReturnDocument,
  InvoicesOfReturnedOrderDocument,
  RejectReturnDocument,
  RequestReturnDocument,
  ReturnToCreditDocument,
} from "../generated/operations.ts";
import { generateWorld } from "@crossdock/sandbox";
import { anOrder, placeOrder, waitForStatus, type AcceptedOrder } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const CUSTOMER = "C10010";
/** The warehouse moves things along only when it is told to. */
const SPEED = 1;
/** While history is read, the warehouse has few calls left for orders. */
const PATH_MS = 90_000;

jest.setTimeout(240_000);

/** Kept by lot, so that it can be seen which one comes back. */
const world = generateWorld();
const kept = world.items.find(
  ({ tracking, stock }) =>
    tracking === "LOT" &&
    stock.some(({ warehouseCode, onHand }) => warehouseCode === "EAST" && onHand >= 100),
);
if (kept === undefined) throw new Error("The demo has no item that is kept by lot in EAST.");
const { sku } = kept;

let stack: Stack;
let portal: string;
let operator: string;
beforeAll(async () => {
  stack = await startStack({ speed: SPEED });
  [portal, operator] = await Promise.all([
    stack.token("portal", CUSTOMER),
    stack.token("operator"),
  ]);
});
afterEach(() => stack.sandbox.clearFaults());
afterAll(() => stack[Symbol.asyncDispose]());

const documents = async (source: "wms" | "finance", type: string, reference: string) =>
  stack.sandbox.documents(source, type, reference);
const returned = async (id: string) => {
  const { return: found } = await stack.ask(ReturnToCreditDocument, { id }, portal);
  if (found == null) throw new Error("The return is gone.");
  return found;
};
const untilStatus = async (id: string, status: string) => {
  for (const end = Date.now() + PATH_MS; ;) {
    const found = await returned(id);
    if (found.status === status) return found;
    if (Date.now() > end) throw new Error(`It is ${JSON.stringify(found)}, not ${status}.`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};
const ordered = async (id: string) => {
  const { order } = await stack.ask(InvoicesOfReturnedOrderDocument, { id }, portal);
  if (order == null) throw new Error("The order is gone.");
  return order;
};
const placed = async (quantity: string): Promise<AcceptedOrder> => {
  const order = await placeOrder(
    stack,
    { ...anOrder(CUSTOMER), warehouse: "EAST", lines: [{ sku, quantity }] },
    portal,
  );
  await waitForStatus(stack, order, "ALLOCATED", portal, PATH_MS);
  return order;
};
const shippedOrder = async (quantity: string): Promise<AcceptedOrder> => {
  const order = await placed(quantity);
  await stack.sandbox.advance(order.reference, "delivered");
  await waitForStatus(stack, order, "INVOICED", portal, PATH_MS);
  return order;
};
const sendBack = async ({ orderId }: AcceptedOrder, quantity: string) => {
  const lines = [{ orderLineId: `${orderId}/1`, quantity, reason: "Too many." }];
  const input = { idempotencyKey: randomUUID(), orderId, lines };
  const { requestReturn } = await stack.ask(RequestReturnDocument, { input }, portal);
  if (requestReturn.return == null) throw new Error(JSON.stringify(requestReturn.userErrors));
  return requestReturn.return;
};
const authorize = async (returnId: string, token = operator) => {
  const input = { idempotencyKey: randomUUID(), returnId, note: "As agreed by phone." };
  return (await stack.ask(AuthorizeReturnDocument, { input }, token)).authorizeReturn;
};
const onHandOf = async (lot: string) => {
  const stock = (await documents("wms", "stock", sku)) as unknown as readonly {
    readonly warehouse: string;
    readonly lots: readonly { readonly number: string; readonly onHand: number }[];
  }[];
  const lots = stock.find(({ warehouse }) => warehouse === "EAST")?.lots ?? [];
  return lots.find(({ number }) => number === lot)?.onHand ?? 0;
};

test("half of a shipped lot comes back: stock, credit, receivable and the order's numbers agree in all three sources", async () => {
  const order = await shippedOrder("10");
  const before = await ordered(order.orderId);
  const [invoice] = before.invoices;
  const lot = before.shipments[0]?.lines[0]?.lot ?? "";
  expect(lot).not.toBe("");
  const stockBefore = await onHandOf(lot);

  const asked = await sendBack(order, "5");
  expect((await returned(asked.id)).blockers).toEqual([
    { code: "WAITING_FOR_APPROVAL", owner: "operator" },
  ]);
  expect(await authorize(asked.id)).toMatchObject({
    userErrors: [],
    return: { status: "AUTHORIZED" },
  });
  const name = `${asked.number ?? ""}-1`;
  await until(async () => (await documents("wms", "return", name)).length === 1);
  await stack.sandbox.takeBack(name, "received");
  await untilStatus(asked.id, "RECEIVED");
  await stack.sandbox.takeBack(name, "inspected");
  const done = await untilStatus(asked.id, "CREDITED");

  expect(done.lines).toMatchObject([
    {
      quantity: { value: "5" },
      received: { value: "5" },
      accepted: { value: "5" },
      goods: [{ quantity: { value: "5" }, lot, disposition: "RESTOCK" }],
      orderLine: {
        shipped: { value: "10" },
        invoiced: { value: "10" },
        returned: { value: "5" },
      },
    },
  ]);
  expect(done.timeline.map(({ type }) => type)).toEqual([
    "REQUESTED",
    "AUTHORIZED",
    "RECEIVED",
    "INSPECTED",
    "CREDITED",
  ]);
  expect(done.blockers).toEqual([]);
  expect(done.creditMemo).toMatchObject({
    number: `${invoice?.number ?? ""}-CM1`,
    reason: `Return ${name}`,
  });

  // The warehouse: one return, and the goods of the lot are stock again.
  expect(await documents("wms", "return", asked.number ?? "")).toHaveLength(1);
  expect(await onHandOf(lot)).toBe(stockBefore + 5);
  // Finance: one credit note of exactly half of the goods, and the customer owes so much less.
  const [note, ...more] = await documents("finance", "creditNote", done.creditMemo?.number ?? "");
  const total = Number(invoice?.total.amount);
  expect(more).toEqual([]);
  expect(note).toMatchObject({ Total: total / 2, RemainingCredit: 0 });
  await until(async () => {
    const [seen] = (await ordered(order.orderId)).invoices;
    return Number(seen?.balance.amount) === total / 2;
  });
  const [owed] = await documents("finance", "invoice", invoice?.number ?? "");
  expect(owed).toMatchObject({ AmountDue: total / 2, AmountCredited: total / 2 });
});

test("damaged goods and what nobody announced: only what is accepted is credited, the rest waits for a person", async () => {
  const order = await shippedOrder("6");
  const asked = await sendBack(order, "4");
  await authorize(asked.id);
  const name = `${asked.number ?? ""}-1`;
  await until(async () => (await documents("wms", "return", name)).length === 1);
  const lines = [
    { sku, quantity: 3, action: "Restock" },
    { sku, quantity: 1, action: "Dispose" },
    { sku: "NG-10001", quantity: 2, action: "Quarantine" },
  ] as const;
  await stack.sandbox.takeBack(name, "inspected", lines);
  const done = await untilStatus(asked.id, "CREDITED");
  expect(done.lines).toMatchObject([{ received: { value: "4" }, accepted: { value: "3" } }]);
  await until(async () =>
    (await returned(asked.id)).blockers.some(({ code }) => code === "RETURN_MISMATCH"),
  );
  const { invoices } = await ordered(order.orderId);
  const total = Number(invoices[0]?.total.amount);
  const [note] = await documents("finance", "creditNote", done.creditMemo?.number ?? "");
  expect(note).toMatchObject({ Total: Math.round(((total * 3) / 6) * 100) / 100 });
});

test("answers are lost and finance is away: the warehouse knows of one parcel, and it is credited once", async () => {
  const order = await shippedOrder("4");
  const asked = await sendBack(order, "4");
  const name = `${asked.number ?? ""}-1`;
  const lost = { kind: "lostResponse", forMs: 3_000 } as const;
  await stack.sandbox.fault({ source: "wms", operation: "POST return", ...lost });
  await authorize(asked.id);
  await until(async () => (await returned(asked.id)).parcels[0]?.status === "AWAITED");
  await stack.sandbox.clearFaults();
  expect(await documents("wms", "return", name)).toHaveLength(1);

  await stack.sandbox.fault({ source: "finance", kind: "down", forMs: 60_000 });
  await stack.sandbox.takeBack(name, "inspected");
  await untilStatus(asked.id, "INSPECTED");
  await until(async () =>
    (await returned(asked.id)).blockers.some(({ code }) => code === "WAITING_FOR_CREDIT"),
  );
  await stack.sandbox.clearFaults();
  await stack.sandbox.fault({ source: "finance", operation: "PUT CreditNotes", ...lost });
  const done = await untilStatus(asked.id, "CREDITED");
  expect(done.creditMemos).toHaveLength(1);
  expect(await documents("finance", "creditNote", done.creditMemo?.number ?? "")).toHaveLength(1);
});

test("goods are back before their bill is posted: the credit waits for it, and follows by itself", async () => {
  const order = await placed("3");
  await stack.sandbox.fault({ source: "finance", kind: "down", forMs: 60_000 });
  await stack.sandbox.advance(order.reference, "delivered");
  await waitForStatus(stack, order, "DELIVERED", portal, PATH_MS);
  const asked = await sendBack(order, "3");
  await authorize(asked.id);
  const name = `${asked.number ?? ""}-1`;
  await until(async () => (await documents("wms", "return", name)).length === 1);
  await stack.sandbox.takeBack(name, "inspected");
  await untilStatus(asked.id, "INSPECTED");
  await stack.sandbox.clearFaults();
  const done = await untilStatus(asked.id, "CREDITED");
  const [invoice] = (await ordered(order.orderId)).invoices;
  expect(done.creditMemo?.number).toBe(`${invoice?.number ?? ""}-CM1`);
  expect(done.creditMemo?.total.amount).toBe(invoice?.total.amount);
});

test("a return is ended before it arrives: the warehouse waits for it no more, and the goods may be sent back again", async () => {
  const order = await shippedOrder("2");
  const first = await sendBack(order, "2");
  await authorize(first.id);
  const name = `${first.number ?? ""}-1`;
  await until(async () => (await documents("wms", "return", name)).length === 1);
  const input = { idempotencyKey: randomUUID(), returnId: first.id, reason: "We keep them." };
  const { cancelReturn } = await stack.ask(CancelReturnDocument, { input }, portal);
  expect(cancelReturn.userErrors).toEqual([]);
  await untilStatus(first.id, "CANCELLED");
  expect(await documents("wms", "return", name)).toMatchObject([{ status: "Cancelled" }]);

  const second = await sendBack(order, "2");
  const rejection = { idempotencyKey: randomUUID(), returnId: second.id, reason: "Worn." };
  const { rejectReturn } = await stack.ask(RejectReturnDocument, { input: rejection }, operator);
  expect(rejectReturn).toMatchObject({ return: { status: "REJECTED" }, userErrors: [] });
  expect((await authorize(second.id)).userErrors).toMatchObject([{ code: "INVALID_STATUS" }]);
});

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + PATH_MS; !(await isSo());) {
    if (Date.now() > end) throw new Error(`It did not come to be so: ${isSo.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
