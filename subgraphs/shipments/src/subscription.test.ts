import { parseCustomerNumber, parseShipmentId, type Shipment } from "@crossdock/domain";
import { encodeCursor, shipmentProgressed } from "@crossdock/events";
import { saveShipments } from "@crossdock/processes";
import { dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openShipmentBooks, type ShipmentBooks } from "./testing/books.ts";
import { orderNumberOf, SEEN_AT, shipmentOf } from "./testing/documents.ts";

const buyer = viewerOf("portal", ["C10010"]);
const operator = viewerOf("operator", "all");
let books: ShipmentBooks;

beforeAll(async () => {
  books = await openShipmentBooks();
}, 30_000);
beforeEach(() => {
  books.restart();
  books.calls.length = 0;
  books.warehouse.isDown = false;
});
afterAll(() => books.close());

const FOLLOW = `subscription($ids: [ID!], $orders: [ID!], $customer: ID, $after: EventCursor) {
  shipmentProgressed(shipmentIds: $ids, orderIds: $orders, customerId: $customer, after: $after) {
    cursor type occurredAt shipment { id status provenance { freshness } } } }`;

async function append(id: string, order: number, customer: string, status: Shipment["status"]) {
  const number = orderNumberOf(order);
  const event = {
    ...shipmentProgressed.create({
      shipmentId: parseShipmentId(id),
      status,
      orderNumbers: [number],
      orderIds: [`erp-${number}` as never],
    }),
    customerNumber: parseCustomerNumber(customer),
  };
  const trace = { correlationId: "t", causationId: null, tenant: null };
  await books.ledger.transaction((trx) => books.eventLog.append(trx, [event], trace));
}

async function take(stream: AsyncIterator<unknown>, count: number) {
  const taken: unknown[] = [];
  while (taken.length < count) {
    const step = await stream.next();
    if (step.done === true) break;
    taken.push(dataOf(step.value as never).shipmentProgressed);
  }
  return taken as { cursor: string; type: string; shipment: { id: string; status: string } }[];
}

test("a subscriber gets the steps of the shipments that it may see, and goes on from a cursor", async () => {
  const start = await endOfLog();
  await append("W5", 5, "C10010", "SHIPPED");
  await append("W-OTHER", 900, "C10020", "SHIPPED");
  await append("W6", 6, "C10010", "DELIVERED");
  const stream = await books.asker.follow(FOLLOW, buyer, { after: start });
  const [first, second] = await take(stream, 2);
  expect(first).toMatchObject({ type: "SHIPPED", shipment: { id: "W5" } });
  expect(second).toMatchObject({ type: "DELIVERED", shipment: { id: "W6" } });
  await append("W7", 7, "C10010", "IN_TRANSIT");
  expect((await take(stream, 1))[0]).toMatchObject({ type: "IN_TRANSIT", shipment: { id: "W7" } });
  await stream.return?.();

  const again = await books.asker.follow(FOLLOW, buyer, { after: first?.cursor });
  expect((await take(again, 2)).map(({ shipment }) => shipment.id)).toEqual(["W6", "W7"]);
  await again.return?.();
  expect(books.calls).toEqual([]);
});

test("each argument of a subscription narrows it", async () => {
  const after = await endOfLog();
  await append("W10", 10, "C10010", "SHIPPED");
  await append("W11", 11, "C10010", "SHIPPED");
  await append("W-OTHER", 900, "C10020", "SHIPPED");
  const cases: [object, string][] = [
    [{ ids: ["W11"] }, "W11"],
    [{ orders: ["erp-SO-1011"] }, "W11"],
    [{ customer: "C10020" }, "W-OTHER"],
  ];
  for (const [variables, expected] of cases) {
    const stream = await books.asker.follow(FOLLOW, operator, { ...variables, after });
    expect((await take(stream, 1))[0]?.shipment.id).toBe(expected);
    await stream.return?.();
  }
});

test("each event shows its shipment anew", async () => {
  const after = await endOfLog();
  await append("W20", 20, "C10010", "SHIPPED");
  const stream = await books.asker.follow(FOLLOW, buyer, { after });
  expect((await take(stream, 1))[0]?.shipment.status).toBe("SHIPPED");
  const moved = shipmentOf("W20", [20], { status: "DELIVERED" });
  await books.ledger.transaction((trx) =>
    saveShipments(
      trx,
      [{ shipment: moved, customerNumber: parseCustomerNumber("C10010") }],
      SEEN_AT,
    ),
  );
  await append("W20", 20, "C10010", "DELIVERED");
  expect((await take(stream, 1))[0]?.shipment.status).toBe("DELIVERED");
  await stream.return?.();
});

test("a subscriber that leaves while nothing happens is let go", async () => {
  const stream = await books.asker.follow(FOLLOW, buyer);
  const waiting = stream.next();
  await stream.return?.();
  expect(await waiting).toEqual({ done: true, value: undefined });
});

test("a subscription that cannot be opened says why", async () => {
  const cases: [Record<string, unknown>, typeof buyer | null, string][] = [
    [{ after: "rubbish" }, buyer, "BAD_USER_INPUT"],
    [{ ids: ["<>"] }, buyer, "BAD_USER_INPUT"],
    [{}, null, "UNAUTHENTICATED"],
  ];
  for (const [variables, viewer, code] of cases) {
    await expect(books.asker.follow(FOLLOW, viewer, variables)).rejects.toMatchObject({
      extensions: { code },
    });
  }
});

describe("a snapshot of shipments", () => {
  const NOW = `subscription($ids: [ID!], $orders: [ID!], $customer: ID, $after: EventCursor) {
    shipmentProgressed(shipmentIds: $ids, orderIds: $orders, customerId: $customer, after: $after, fromSnapshot: true) {
      cursor type isSnapshot shipment { id status } } }`;
  const open = (variables: Record<string, unknown>, viewer = buyer) =>
    books.asker.follow(NOW, viewer, variables);

  test("has each that the viewer may see once, also when it is cut, then what happened; the warehouse is not asked", async () => {
    const { length } = await books.ledger.db
      .selectFrom("shipment_book")
      .select("id")
      .where("customer_number", "=", "C10010")
      .execute();
    const first = await open({});
    const before = await take(first, 11);
    await first.return?.();
    await append("W8", 8, "C10010", "DELIVERED");
    const second = await open({ after: before.at(-1)?.cursor });
    const after = await take(second, length - 11 + 1);
    await second.return?.();
    const all = [...before, ...after.slice(0, -1)];
    for (const entry of all) {
      expect(entry).toMatchObject({ isSnapshot: true, type: entry.shipment.status });
    }
    expect(new Set(all.map(({ shipment }) => shipment.id)).size).toBe(length);
    expect(all.some(({ shipment }) => shipment.id === "W-OTHER")).toBe(false);
    expect(after.at(-1)).toMatchObject({ isSnapshot: false, shipment: { id: "W8" } });
    expect(books.calls).toEqual([]);
  });

  test("has what each filter names; another account's reads like none", async () => {
    const cases: [object, typeof buyer, readonly string[]][] = [
      [{ ids: ["W12", "W-OTHER", "W-NONE"] }, buyer, ["W12"]],
      [{ orders: ["erp-SO-1001", "erp-SO-1900"] }, buyer, ["W-BOTH", "W1"]],
      [{ customer: "C10020" }, operator, ["W-OTHER"]],
      [{ ids: ["W12", "W13"], orders: ["erp-SO-1013"] }, buyer, ["W13"]],
    ];
    for (const [variables, viewer, expected] of cases) {
      const stream = await open({ ...variables }, viewer);
      const entries = await take(stream, expected.length);
      expect(entries.map(({ shipment }) => shipment.id).sort()).toEqual(expected);
      const last = entries.at(-1)?.cursor;
      await stream.return?.();
      // Nothing else is in it: what comes next is the next event.
      const rest = await open({ ...variables, after: last }, viewer);
      const [id = ""] = expected;
      const order = { W12: 12, "W-BOTH": 1, "W-OTHER": 900, W13: 13 }[id] ?? 0;
      await append(id, order, id === "W-OTHER" ? "C10020" : "C10010", "EXCEPTION");
      expect(await take(rest, 1)).toMatchObject([{ isSnapshot: false, shipment: { id } }]);
      await rest.return?.();
    }
  });
});

/** A cursor after everything that has happened so far. */
async function endOfLog() {
  return encodeCursor(await books.eventLog.head());
}
