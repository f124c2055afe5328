import { parseCustomerNumber } from "@crossdock/domain";
import { saveShipments } from "@crossdock/processes";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openShipmentBooks, type ShipmentBooks } from "./testing/books.ts";
import { SEEN_AT, shipmentOf } from "./testing/documents.ts";

const operator = viewerOf("operator", "all");
/** A clerk of a branch that keeps other accounts. */
const otherOperator = viewerOf("operator", ["C10020"]);
const buyer = viewerOf("portal", ["C10010"]);
let books: ShipmentBooks;

beforeAll(async () => {
  books = await openShipmentBooks();
  const waiting = ["W60", "W61", "W62"].map((id, at) => ({
    shipment: shipmentOf(id, [at], { status: "RELEASED", trackingNumber: null, shippedAt: null }),
    customerNumber: parseCustomerNumber("C10010"),
  }));
  await books.ledger.transaction((trx) => saveShipments(trx, waiting, SEEN_AT));
}, 30_000);
beforeEach(() => {
  books.restart();
  books.warehouse.isDown = false;
});
afterAll(() => books.close());

const CANCEL = `mutation($input: CancelShipmentInput!) { cancelShipment(input: $input) {
  command { id type status } shipment { id status } replayed userErrors { code message field } } }`;

let serial = 0;
const input = (shipmentId: string, more: object = {}) => ({
  idempotencyKey: `cancel-${String((serial += 1))}`,
  shipmentId,
  reason: "Ordered twice",
  ...more,
});
const cancel = async (asked: object, viewer = operator) =>
  dataOf(await books.asker.ask(CANCEL, viewer, { input: asked })).cancelShipment;
const refused = async (asked: object, viewer = operator) => {
  const answer = await cancel(asked, viewer);
  expect(answer).toMatchObject({ command: null, shipment: null, replayed: false });
  return answer.userErrors.map(({ code, field }: { code: string; field: string[] }) => [
    code,
    field,
  ]);
};

test("a cancellation is accepted once, and locks the order of the shipment", async () => {
  const asked = input("W60");
  const first = await cancel(asked);
  expect(first).toMatchObject({
    command: { type: "shipments.cancelShipment", status: "ACCEPTED" },
    shipment: { id: "W60", status: "RELEASED" },
    replayed: false,
    userErrors: [],
  });
  const [record] = await books.commandLog.read([first.command.id]);
  expect(record).toMatchObject({
    customerNumber: "C10010",
    subject: "order:erp-SO-1000",
    lane: "wms",
    data: { shipmentId: "W60", orderNumber: "SO-1000", reason: "Ordered twice" },
  });
  expect(await cancel({ ...asked, reason: " Ordered twice ", waitMs: 1 })).toMatchObject({
    command: { id: first.command.id },
    replayed: true,
  });
  expect(await refused({ ...asked, reason: null })).toEqual([
    ["IDEMPOTENCY_CONFLICT", ["idempotencyKey"]],
  ]);
});

test("what has left the building is not cancelled, nor is what was never sent", async () => {
  expect(await refused(input("W4"))).toEqual([["NOT_CANCELLABLE", ["shipmentId"]]]);
  expect(await refused(input("NOWHERE"))).toEqual([["UNKNOWN_SHIPMENT", ["shipmentId"]]]);
  expect(await refused(input("W61", { reason: "7".repeat(501) }))).toEqual([
    ["INVALID_VALUE", ["reason"]],
  ]);
});

test("while the warehouse is down a shipment of the book is taken all the same", async () => {
  books.warehouse.isDown = true;
  expect(await cancel(input("W61", { reason: null }))).toMatchObject({
    command: { status: "ACCEPTED" },
    shipment: { status: "RELEASED" },
  });
});

test("another account's shipment is unknown, word for word like one that does not exist", async () => {
  const unknown = await cancel(input("NOWHERE"), otherOperator);
  expect(unknown.userErrors).toHaveLength(1);
  expect(await cancel(input("W62"), otherOperator)).toEqual(unknown);
});

test("a buyer may not cancel shipments, and nobody unknown", async () => {
  const asked = { input: input("W62") };
  expect(codesOf(await books.asker.ask(CANCEL, buyer, asked))).toEqual(["FORBIDDEN"]);
  expect(codesOf(await books.asker.ask(CANCEL, null, asked))).toEqual(["UNAUTHENTICATED"]);
});
