import { randomUUID } from "node:crypto";
import type { TypedDocumentNode } from "@graphql-typed-document-node/core";
import {
  AmendOrderDocument,
  CancelOrderDocument,
  CustomerByNumberDocument,
  DisputeInvoiceDocument,
  InvoiceByIdDocument,
  InvoiceChangedDocument,
  InvoiceByNumberDocument,
  ListsOfDocument,
  MyOrdersDocument,
  OrderByIdDocument,
  OrderByNumberDocument,
  OrderChangedDocument,
  PriceOfDocument,
  RequestReturnDocument,
  ReservationDocument,
  ReserveInventoryDocument,
  ReturnByIdDocument,
  ShipmentByIdDocument,
  ShipmentByNumberDocument,
  ShipmentByTrackingDocument,
  ShipmentProgressedDocument,
  SubmitOrderDocument,
  WholeOrderDocument,
  CommandDocument,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import {
  anOrder,
  oldestCursor,
  placeOrder,
  STAPLE,
  waitForStatus,
  type AcceptedOrder,
} from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const MINE = "C10010";
const THEIRS = "C10020";
const NOBODYS = "C99990";
const SPEED = 2_000;
const PATH_MS = 40_000;

jest.setTimeout(90_000);

/** Everything by which the other customer's order is known. */
type Names = Readonly<
  Record<
    | "orderId"
    | "commandId"
    | "number"
    | "shipmentId"
    | "shipmentNumber"
    | "trackingNumber"
    | "invoiceId"
    | "invoiceNumber"
    | "reservationId"
    | "returnId",
    string
  >
>;

let stack: Stack;
let me: string;
let them: string;
let myFirst: AcceptedOrder;
let theirs: Names;
let start: string;

/** Their order goes the whole way, so that there is something to look for in every system. */
beforeAll(async () => {
  stack = await startStack({ speed: SPEED });
  [me, them] = await Promise.all([stack.token("portal", MINE), stack.token("portal", THEIRS)]);
  myFirst = await placeOrder(stack, anOrder(MINE), me);
  start = await oldestCursor(stack, await stack.token("operator"));
  const placed = await placeOrder(stack, anOrder(THEIRS), them);
  await waitForStatus(stack, placed, "INVOICED", them, PATH_MS);
  const { order } = await stack.ask(WholeOrderDocument, { id: placed.orderId }, them);
  const [shipment] = order?.shipments ?? [];
  const [invoice] = order?.invoices ?? [];
  theirs = {
    orderId: placed.orderId,
    commandId: placed.commandId,
    number: order?.number ?? "",
    shipmentId: shipment?.id ?? "",
    shipmentNumber: shipment?.number ?? "",
    trackingNumber: shipment?.trackingNumber ?? "",
    invoiceId: invoice?.id ?? "",
    invoiceNumber: invoice?.number ?? "",
    reservationId: await reservationOf(them),
    returnId: await returnOf(placed.orderId, them),
  };
  expect(Object.values(theirs).filter((name) => name === "")).toEqual([]);
});
afterAll(() => stack[Symbol.asyncDispose]());

/** A name that is like theirs in everything but that nothing has it. */
const UNKNOWN: Names = {
  orderId: "ZZZZZZZZZZ",
  commandId: "01JZZZZZZZZZZZZZZZZZZZZZZZ",
  number: "SO-9999999",
  shipmentId: "299999999",
  shipmentNumber: "299999999",
  trackingNumber: "1Z9999999999999999",
  invoiceId: "00000000-0000-4000-8000-000000000000",
  invoiceNumber: "SO-9999999-1",
  reservationId: "01JZZZZZZZZZZZZZZZZZZZZZZZ",
  returnId: "01JZZZZZZZZZZZZZZZZZZZZZZZ",
};

const returnInput = (orderId: string) => ({
  idempotencyKey: randomUUID(),
  orderId,
  lines: [{ orderLineId: `${orderId}/1`, quantity: "1", reason: "Too many." }],
});

/** The id of a return of the order that the token's account asks for. */
async function returnOf(orderId: string, token: string): Promise<string> {
  const input = returnInput(orderId);
  const { requestReturn } = await stack.ask(RequestReturnDocument, { input }, token);
  return requestReturn.return?.id ?? "";
}

/** The id of a reservation that the token's account takes. */
async function reservationOf(token: string): Promise<string> {
  const input = { idempotencyKey: randomUUID(), sku: STAPLE, quantity: "1" };
  const { reserveInventory } = await stack.ask(ReserveInventoryDocument, { input }, token);
  return reserveInventory.reservation?.id ?? "";
}

/** What is left of the asker's own quota falls with each question, whatever it is about. */
async function query<Data, Variables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Variables,
  token: string,
) {
  const answer = await stack.query(document, variables, token);
  const { cost, ...extensions } = answer.extensions;
  const { points, actualPoints } = cost as Readonly<Record<string, number>>;
  return { ...answer, extensions: { ...extensions, points, actualPoints } };
}

type LookUp = {
  readonly by: string;
  readonly ask: (names: Names, token: string) => Promise<unknown>;
};
const lookUp = <Variables>(
  by: string,
  document: TypedDocumentNode<unknown, Variables>,
  variablesOf: (names: Names) => Variables,
): LookUp => ({ by, ask: (names, token) => query(document, variablesOf(names), token) });

const LOOK_UPS = [
  lookUp("order id", OrderByIdDocument, ({ orderId: id }) => ({ id })),
  lookUp("order number", OrderByNumberDocument, ({ number }) => ({ number })),
  lookUp("shipment id", ShipmentByIdDocument, ({ shipmentId: id }) => ({ id })),
  lookUp("shipment number", ShipmentByNumberDocument, ({ shipmentNumber: number }) => ({ number })),
  lookUp("tracking number", ShipmentByTrackingDocument, ({ trackingNumber }) => ({
    trackingNumber,
  })),
  lookUp("invoice id", InvoiceByIdDocument, ({ invoiceId: id }) => ({ id })),
  lookUp("invoice number", InvoiceByNumberDocument, ({ invoiceNumber: number }) => ({ number })),
  lookUp("reservation id", ReservationDocument, ({ reservationId: id }) => ({ id })),
  lookUp("return id", ReturnByIdDocument, ({ returnId: id }) => ({ id })),
  lookUp("command id", CommandDocument, ({ commandId: id }) => ({ id })),
];

test.each(LOOK_UPS)("what is theirs reads by its $by as what does not exist", async ({ ask }) => {
  const [mine, nothing, owners] = await Promise.all([
    ask(theirs, me),
    ask(UNKNOWN, me),
    ask(theirs, them),
  ]);
  expect(mine).toEqual(nothing);
  expect(Object.values((mine as { data: object }).data)).toEqual([null]);
  expect(Object.values((owners as { data: object }).data)).not.toEqual([null]);
});

test("their account reads as one that does not exist", async () => {
  const [other, none] = await Promise.all(
    [THEIRS, NOBODYS].map((number) => query(CustomerByNumberDocument, { number }, me)),
  );
  expect(other).toEqual(none);
  expect(other?.data).toEqual({ customer: null });
  const [price, noPrice] = await Promise.all(
    [THEIRS, NOBODYS].map((customerId) => query(PriceOfDocument, { customerId }, me)),
  );
  expect(price).toEqual(noPrice);
  expect(price?.data?.product?.price).toBeNull();
});

test("lists narrowed to them are empty, as those of an account that does not exist", async () => {
  const [other, none, owners] = await Promise.all([
    query(ListsOfDocument, { customerId: THEIRS, orderId: theirs.orderId }, me),
    query(ListsOfDocument, { customerId: NOBODYS, orderId: UNKNOWN.orderId }, me),
    stack.ask(ListsOfDocument, { customerId: THEIRS, orderId: theirs.orderId }, them),
  ]);
  expect(other).toEqual(none);
  expect(other.data?.orders.edges).toEqual([]);
  expect(other.data?.shipments.edges).toEqual([]);
  expect(other.data?.invoices.edges).toEqual([]);
  const { orders, shipments, invoices } = owners;
  expect([orders, shipments, invoices].every(({ edges }) => edges.length > 0)).toBe(true);
});

test("from my own orders every relation leads to what is mine", async () => {
  const { orders } = await stack.ask(MyOrdersDocument, { first: 100 }, me);
  const nodes = orders.edges.map(({ node }) => node);
  expect(nodes.length).toBeGreaterThan(1);
  const mine = new Set(nodes.map(({ id }) => id));
  expect(new Set(nodes.map(({ customer }) => customer.number))).toEqual(new Set([MINE]));
  for (const { shipments, invoices } of nodes) {
    expect(shipments.flatMap((shipment) => shipment.orders).every(({ id }) => mine.has(id))).toBe(
      true,
    );
    expect(invoices.every(({ customer }) => customer.number === MINE)).toBe(true);
  }
});

test("nothing can be ordered for them, as for an account that does not exist", async () => {
  const [other, none] = await Promise.all(
    [THEIRS, NOBODYS].map((customerId) =>
      query(SubmitOrderDocument, { input: anOrder(customerId) }, me),
    ),
  );
  expect(other).toEqual(none);
  expect(other?.data?.submitOrder).toMatchObject({
    command: null,
    userErrors: [{ code: "UNKNOWN_CUSTOMER", field: ["customerId"] }],
  });
});

test("their order cannot be cancelled, amended or sent back, as one that does not exist", async () => {
  const changes = async ({ orderId }: Names) => {
    const input = { idempotencyKey: `change-${orderId}`, orderId };
    const date = { requestedDeliveryDate: "2027-01-15" };
    const back = { ...returnInput(orderId), idempotencyKey: `return-${orderId}` };
    const answers = await Promise.all([
      stack.ask(CancelOrderDocument, { input }, me),
      stack.ask(AmendOrderDocument, { input: { ...input, ...date } }, me),
      stack.ask(RequestReturnDocument, { input: back }, me),
    ]);
    return answers.map((answer) => Object.values(answer)[0] as unknown);
  };
  const [other, none] = [await changes(theirs), await changes(UNKNOWN)];
  expect(other).toEqual(none);
  for (const answer of other) {
    expect(answer).toMatchObject({
      command: null,
      userErrors: [{ code: "UNKNOWN_ORDER", field: ["orderId"] }],
    });
  }
});

test("their invoice cannot be disputed, as one that does not exist", async () => {
  const [other, none] = await Promise.all(
    [theirs, UNKNOWN].map(({ invoiceId }) => {
      const input = { idempotencyKey: invoiceId, invoiceId, reason: "It is too much." };
      return query(DisputeInvoiceDocument, { input }, me);
    }),
  );
  expect(other).toEqual(none);
  expect(other?.data?.disputeInvoice).toMatchObject({
    command: null,
    userErrors: [{ code: "UNKNOWN_INVOICE", field: ["invoiceId"] }],
  });
});

test("replayed or live, an order subscription tells of my orders only", async () => {
  const asked = [
    { after: start },
    { after: start, orderIds: [theirs.orderId, myFirst.orderId] },
  ] as const;
  for (const variables of asked) {
    const results = await collectUntil(
      stack.subscribe(OrderChangedDocument, variables, me),
      ({ orderChanged }) => orderChanged.type === "INVOICED",
      PATH_MS,
    );
    const ids = new Set(results.map(({ orderChanged }) => orderChanged.order.id));
    expect(ids).toEqual(new Set([myFirst.orderId]));
  }
});

test("a subscription to them alone stays silent while mine speaks", async () => {
  const silent = stack.subscribe(
    OrderChangedDocument,
    { after: start, customerId: THEIRS, orderIds: [theirs.orderId] },
    me,
  );
  const shipments = stack.subscribe(
    ShipmentProgressedDocument,
    { after: start, customerId: THEIRS, orderIds: [theirs.orderId] },
    me,
  );
  const invoices = stack.subscribe(
    InvoiceChangedDocument,
    { after: start, customerId: THEIRS },
    me,
  );
  const heard: unknown[] = [];
  const listen = (results: AsyncIterator<unknown>) =>
    void results.next().then(
      (result) => heard.push(result),
      () => undefined,
    );
  listen(silent);
  listen(shipments);
  listen(invoices);
  const second = await placeOrder(stack, anOrder(MINE), me);
  await collectUntil(
    stack.subscribe(OrderChangedDocument, { after: start, orderIds: [second.orderId] }, me),
    ({ orderChanged }) => orderChanged.type === "INVOICED",
    PATH_MS,
  );
  expect(heard).toEqual([]);
});
