import { LOG_START, shipmentProgressed } from "@crossdock/events";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openShipmentBooks, type ShipmentBooks } from "./testing/books.ts";

const carrier = viewerOf("carrier", "all");
/** A carrier that drives for another account only. */
const otherCarrier = viewerOf("carrier", ["C10020"]);
const operator = viewerOf("operator", "all");
const buyer = viewerOf("portal", ["C10010"]);
const AT_ONCE = 50;
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

const RECORD = `mutation($input: RecordShipmentMilestoneInput!) {
  recordShipmentMilestone(input: $input) {
    command { id type status subject { typename id } }
    shipment { id status deliveredAt trackingNumber blockers { message }
      milestones { type at source note } provenance { freshness } }
    replayed userErrors { code message field } } }`;
const READ = `query($id: ID!) { shipment(id: $id) {
  status deliveredAt trackingNumber blockers { message } milestones { type } provenance { freshness } } }`;

let serial = 0;
const input = (shipmentId: string, status: string, more: object = {}) => ({
  idempotencyKey: `milestone-${String((serial += 1))}`,
  shipmentId,
  status,
  at: "2026-11-21T11:30:00.000Z",
  ...more,
});
const record = async (asked: object, viewer = carrier) =>
  dataOf(await books.asker.ask(RECORD, viewer, { input: asked })).recordShipmentMilestone;
const refused = async (asked: object, viewer = carrier) => {
  const answer = await record(asked, viewer);
  expect(answer).toMatchObject({ command: null, shipment: null, replayed: false });
  return answer.userErrors.map(({ code, field }: { code: string; field: string[] }) => [
    code,
    field,
  ]);
};
const read = async (id: string, viewer = buyer) =>
  dataOf(await books.asker.ask(READ, viewer, { id })).shipment;
const told = async (id: string) => {
  const subjects = [`shipment:${id}` as never];
  const events = await books.eventLog.readPage({ after: LOG_START, limit: 100, subjects });
  return events
    .filter(({ type }) => type === shipmentProgressed.type)
    .map(({ data }) => (data as { status: string }).status);
};

test("a delivery that a carrier records is done at once, and the warehouse's document does not hide it", async () => {
  const note = "Signed by Miller";
  const { command, shipment, userErrors } = await record(input("W5", "DELIVERED", { note }));
  expect(userErrors).toEqual([]);
  expect(command).toMatchObject({
    type: "shipments.recordShipmentMilestone",
    status: "SUCCEEDED",
    subject: { typename: "Shipment", id: "W5" },
  });
  expect(shipment).toMatchObject({ status: "DELIVERED", deliveredAt: "2026-11-21T11:30:00.000Z" });
  expect(shipment.milestones.at(-1)).toEqual({
    type: "DELIVERED",
    at: "2026-11-21T11:30:00.000Z",
    source: "carrier",
    note,
  });
  // Nobody asked the warehouse for it.
  expect(books.calls).toEqual([]);
  expect(await read("W5")).toMatchObject({
    status: "DELIVERED",
    trackingNumber: "1ZW5",
    provenance: { freshness: "LIVE" },
  });
  expect(await told("W5")).toEqual(["DELIVERED"]);
  const [command_] = await books.commandLog.read([command.id]);
  expect(command_).toMatchObject({ customerNumber: "C10010", subject: "shipment:W5" });
});

test("an exception that was recorded stands until somebody records what cleared it", async () => {
  await record(input("W6", "EXCEPTION", { note: "Truck broke down" }));
  expect(await read("W6")).toMatchObject({
    status: "EXCEPTION",
    blockers: [{ message: "Truck broke down" }],
  });
  await record(input("W6", "OUT_FOR_DELIVERY", { at: "2026-11-21T11:45:00Z" }), operator);
  expect(await read("W6")).toMatchObject({ status: "OUT_FOR_DELIVERY", blockers: [] });
  expect(await told("W6")).toEqual(["EXCEPTION", "OUT_FOR_DELIVERY"]);
});

test("a shipment that only the warehouse has heard of yet is taken into the book", async () => {
  const answer = await record(input("W-NEW", "DELIVERED"), otherCarrier);
  expect(answer).toMatchObject({
    shipment: { status: "DELIVERED", provenance: { freshness: "CACHED" } },
    userErrors: [],
  });
  books.warehouse.isDown = true;
  expect(await read("W-NEW", otherCarrier)).toMatchObject({ status: "DELIVERED" });
  expect(await told("W-NEW")).toEqual(["DELIVERED"]);
});

test("the same key and input are one command; another input is a conflict", async () => {
  const asked = input("W7", "IN_TRANSIT", { note: "Scan" });
  const first = await record(asked);
  await record(input("W7", "DELIVERED", { at: "2026-11-21T11:50:00Z" }));
  const again = await record({
    ...asked,
    at: "2026-11-21T12:30:00+01:00",
    note: " Scan ",
    waitMs: 1,
  });
  expect(again).toMatchObject({
    command: { id: first.command.id },
    shipment: { status: "DELIVERED" },
    replayed: true,
  });
  expect(await refused({ ...asked, note: "Another" })).toEqual([
    ["IDEMPOTENCY_CONFLICT", ["idempotencyKey"]],
  ]);
  expect(await told("W7")).toEqual(["IN_TRANSIT", "DELIVERED"]);
});

test("the same milestone under another key changes and tells nothing", async () => {
  const first = await record(input("W8", "DELIVERED"));
  const second = await record(input("W8", "DELIVERED"));
  expect(second).toMatchObject({ command: { status: "SUCCEEDED" }, replayed: false });
  expect(second.shipment).toEqual(first.shipment);
  expect(await told("W8")).toEqual(["DELIVERED"]);
});

test("fifty of one key at once are one milestone", async () => {
  const asked = input("W9", "IN_TRANSIT");
  const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => record(asked)));
  expect(new Set(answers.map(({ command }) => command.id)).size).toBe(1);
  expect(answers.filter(({ replayed }) => replayed === false)).toHaveLength(1);
  expect(await told("W9")).toEqual(["IN_TRANSIT"]);
});

test("what cannot have happened is refused, everything at once, and leaves nothing", async () => {
  await record(input("W10", "IN_TRANSIT"));
  const before = await read("W10");
  const wrong = { at: "2026-11-21T12:05:01Z", trackingNumber: "1Z-OTHER" };
  const key = "milestone-refused";
  expect(await refused(input("W10", "PACKED", { ...wrong, idempotencyKey: key }))).toEqual([
    ["INVALID_STATUS", ["status"]],
    ["INVALID_STATUS", ["at"]],
    ["INVALID_VALUE", ["trackingNumber"]],
  ]);
  const texts = { trackingNumber: "7".repeat(65), note: "a\nb" };
  expect(await refused(input("W10", "DELIVERED", texts))).toEqual([
    ["INVALID_VALUE", ["trackingNumber"]],
    ["INVALID_VALUE", ["note"]],
  ]);
  expect(await refused(input("W10", "DELIVERED", { idempotencyKey: "", waitMs: 10_001 }))).toEqual([
    ["INVALID_VALUE", ["idempotencyKey"]],
    ["INVALID_VALUE", ["waitMs"]],
  ]);
  expect(await read("W10")).toEqual({ ...before, provenance: { freshness: "CACHED" } });
  expect(await told("W10")).toEqual(["IN_TRANSIT"]);
  // Nothing remains of a refused command: its key is free.
  expect(await record(input("W10", "DELIVERED", { idempotencyKey: key }))).toMatchObject({
    replayed: false,
    userErrors: [],
  });
});

test("another account's shipment is unknown, word for word like one that does not exist", async () => {
  for (const id of ["W11", "NOWHERE", "<script>", ""]) {
    expect(await record(input(id, "DELIVERED"), otherCarrier)).toEqual({
      command: null,
      shipment: null,
      replayed: false,
      userErrors: [
        {
          code: "UNKNOWN_SHIPMENT",
          message: "There is no such shipment that you may see.",
          field: ["shipmentId"],
        },
      ],
    });
  }
});

test("a buyer may not report, and nobody unknown", async () => {
  const asked = { input: input("W12", "DELIVERED") };
  expect(codesOf(await books.asker.ask(RECORD, buyer, asked))).toEqual(["FORBIDDEN"]);
  expect(codesOf(await books.asker.ask(RECORD, null, asked))).toEqual(["UNAUTHENTICATED"]);
});
