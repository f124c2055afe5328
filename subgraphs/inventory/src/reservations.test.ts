import { viewerOf, codesOf, dataOf } from "@crossdock/subgraph-kit/testing";
import { createReservationSweep } from "@crossdock/processes";
import { createLogger } from "@crossdock/runtime";
import { encodeCursor, inventoryChanged } from "@crossdock/events";
import { openInventory, portal, type InventoryStand } from "./testing/stand.ts";

const other = viewerOf("portal", ["C10020"]);
const both = viewerOf("portal", ["C10010", "C10020"]);
const operator = viewerOf("operator", "all");
const carrier = viewerOf("carrier", "all");

let stand: InventoryStand;
beforeAll(async () => {
  stand = await openInventory();
}, 30_000);
afterAll(() => stand.close());

const RESERVE = `mutation($input: ReserveInventoryInput!) { reserveInventory(input: $input) {
  command { id status type } replayed userErrors { code field message }
  reservation { id sku status expiresAt quantity { value uom } warehouse { code } } } }`;
const RELEASE = `mutation($input: ReleaseReservationInput!) { releaseReservation(input: $input) {
  command { id status } replayed userErrors { code field } reservation { id status } } }`;
const READ = "query($id: ID!) { reservation(id: $id) { id status } }";
const POSITIONS = `query($skus: [String!]!) { availability(skus: $skus) {
  id allocated { value } availableToPromise { value } } }`;

let keys = 0;
const inputOf = (more: object) => ({
  idempotencyKey: `key-${String((keys += 1))}`,
  sku: "NG-10010",
  quantity: "1",
  ...more,
});

async function reserve(more: object, viewer = portal) {
  const result = await stand.start().ask(RESERVE, { input: inputOf(more) }, viewer);
  return dataOf(result).reserveInventory;
}

async function release(reservationId: string, more: object = {}, viewer = portal) {
  const input = { idempotencyKey: `key-${String((keys += 1))}`, reservationId, ...more };
  return dataOf(await stand.start().ask(RELEASE, { input }, viewer)).releaseReservation;
}

/** What can be promised of a sku, by position. */
async function promised(sku: string): Promise<Record<string, string>> {
  const { availability } = dataOf(await stand.start().ask(POSITIONS, { skus: [sku] }));
  return Object.fromEntries(
    availability.map((position: { id: string; availableToPromise: { value: string } }) => [
      position.id,
      position.availableToPromise.value,
    ]),
  );
}

const codeOf = ({ userErrors }: { userErrors: { code: string }[] }) =>
  userErrors.map(({ code }) => code).join();

test("what is reserved is done at once, in base units, and cannot be promised to others", async () => {
  // NG-10020 has 20 less 2 in the east and 5 less 1 in the west.
  const answer = await reserve({ sku: "NG-10020", quantity: "1.5", uom: "BX", ttlSeconds: 60 });
  expect(answer).toMatchObject({
    command: { status: "SUCCEEDED", type: "inventory.reserveInventory" },
    replayed: false,
    userErrors: [],
    reservation: {
      sku: "NG-10020",
      status: "HELD",
      expiresAt: "2026-11-21T08:01:00.000Z",
      quantity: { value: "18", uom: "EA" },
      warehouse: { code: "EAST" },
    },
  });
  expect(await promised("NG-10020")).toEqual({ "NG-10020@EAST": "0", "NG-10020@WEST": "4" });
  const { product } = dataOf(
    await stand
      .start()
      .ask(
        '{ product(sku: "NG-10020") { availableToPromise { value } inventory { allocated { value } } } }',
      ),
  );
  expect(product).toEqual({
    availableToPromise: { value: "4" },
    inventory: [{ allocated: { value: "20" } }, { allocated: { value: "1" } }],
  });
});

test("the first warehouse by code that has the whole is taken; a named one is not replaced", async () => {
  // NG-10004: two to promise in the east, four in the west.
  const west = await reserve({ sku: "NG-10004", quantity: "3" });
  expect(west.reservation.warehouse.code).toBe("WEST");
  const named = await reserve({ sku: "NG-10004", quantity: "3", warehouse: "EAST" });
  expect(codeOf(named)).toBe("INSUFFICIENT_STOCK");
  const rest = await reserve({ sku: "NG-10004", quantity: "1", warehouse: "WEST" });
  expect(rest.reservation.warehouse.code).toBe("WEST");
  expect(await promised("NG-10004")).toEqual({ "NG-10004@EAST": "2", "NG-10004@WEST": "0" });
});

test("fifty at once hold no more than there is", async () => {
  // NG-10030: 28 to promise in the east, 4 in the west.
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => reserve({ sku: "NG-10030", quantity: "1" })),
  );
  const refused = answers.filter((answer) => answer.userErrors.length > 0);
  expect(refused.map(codeOf)).toEqual(Array.from({ length: 18 }, () => "INSUFFICIENT_STOCK"));
  expect(await promised("NG-10030")).toEqual({ "NG-10030@EAST": "0", "NG-10030@WEST": "0" });
}, 60_000);

test("those who reserve the same product at once ask each system for it once", async () => {
  const { ask, calls } = stand.start();
  const asked = Array.from({ length: 30 }, () =>
    ask(RESERVE, { input: inputOf({ sku: "NG-10026" }) }),
  );
  const answers = (await Promise.all(asked)).map(dataOf);
  expect(answers.flatMap(({ reserveInventory }) => reserveInventory.userErrors)).toEqual(
    Array.from({ length: 2 }, () => expect.objectContaining({ code: "INSUFFICIENT_STOCK" })),
  );
  const reads = calls.filter((call) => !call.startsWith("listWarehouses"));
  expect(reads.sort()).toEqual(["readProducts(1)", "readStock(1)"]);
}, 60_000);

test("a repeat gets the first answer, also when nothing is left; another input is a conflict", async () => {
  const input = { idempotencyKey: "cart-1", sku: "NG-10006", quantity: "4", warehouse: "EAST" };
  const first = await reserve(input);
  const again = await reserve({ ...input, ttlSeconds: 900, uom: null, waitMs: 0 });
  expect(again).toEqual({ ...first, replayed: true });
  expect(codeOf(await reserve({ ...input, quantity: "3" }))).toBe("IDEMPOTENCY_CONFLICT");
  // The same words of another account, through the same application, are another intent.
  const theirs = await reserve(input, other);
  expect(codeOf(theirs)).toBe("IDEMPOTENCY_CONFLICT");
  expect(theirs.userErrors[0].message).not.toContain(first.command.id);
});

test("a reservation that is released frees its stock, once", async () => {
  const { reservation } = await reserve({ sku: "NG-10008", quantity: "6", warehouse: "EAST" });
  const input = { idempotencyKey: "let-go-1" };
  const released = await release(reservation.id, input);
  expect(released).toMatchObject({
    command: { status: "SUCCEEDED" },
    reservation: { id: reservation.id, status: "RELEASED" },
    userErrors: [],
  });
  expect(await promised("NG-10008")).toMatchObject({ "NG-10008@EAST": "6" });
  expect(await release(reservation.id, input)).toEqual({ ...released, replayed: true });
  expect(codeOf(await release(reservation.id))).toBe("INVALID_STATUS");
});

test("a reservation holds until its time is up, whether or not anybody sweeps", async () => {
  const { reservation } = await reserve({
    sku: "NG-10012",
    quantity: "10",
    warehouse: "EAST",
    ttlSeconds: 1,
  });
  expect(await promised("NG-10012")).toMatchObject({ "NG-10012@EAST": "0" });
  stand.clock.advance(1_000);
  expect(await promised("NG-10012")).toMatchObject({ "NG-10012@EAST": "10" });
  const read = dataOf(await stand.start().ask(READ, { id: reservation.id }));
  expect(read.reservation.status).toBe("EXPIRED");
  expect(codeOf(await release(reservation.id))).toBe("INVALID_STATUS");
  const next = await reserve({ sku: "NG-10012", quantity: "10", warehouse: "EAST" });
  expect(next.reservation.status).toBe("HELD");
});

test("each change is an event of the product, with what it means for what can be promised", async () => {
  const after = await stand.eventLog.head();
  const first = await reserve({ sku: "NG-10014", quantity: "2", ttlSeconds: 5 });
  const second = await reserve({ sku: "NG-10014", quantity: "3", ttlSeconds: 500 });
  await release(second.reservation.id);
  stand.clock.advance(5_000);
  const logger = createLogger({ name: "test", level: "silent" });
  const { ledger, eventLog, clock } = stand;
  const expiry = createReservationSweep({ ledger, eventLog, clock, logger, everyMs: 10 });
  expiry.start();
  const told: unknown[] = [];
  const topics = { types: [inventoryChanged.type], subjects: ["stock:NG-10014" as never] };
  const signal = AbortSignal.timeout(10_000);
  for await (const event of eventLog.follow({ after, topics, maxPending: 10, signal })) {
    const { change, delta } = inventoryChanged.parse(event.data);
    told.push([change, delta.value, event.time]);
    if (told.length === 4) break;
  }
  await expiry.stop();
  const at = first.reservation.expiresAt;
  expect(told).toEqual([
    ["RESERVED", "-2", expect.any(String)],
    ["RESERVED", "-3", expect.any(String)],
    ["RELEASED", "3", expect.any(String)],
    ["RELEASED", "2", at],
  ]);
});

test("what is another account's reads and ends as what does not exist", async () => {
  const { reservation } = await reserve({ sku: "NG-10016", quantity: "1" });
  const { id } = reservation;
  const nobodys = "01JZZZZZZZZZZZZZZZZZZZZZZZ";
  for (const name of [id, nobodys, "<script>"]) {
    expect(dataOf(await stand.start().ask(READ, { id: name }, other)).reservation).toBeNull();
    expect(codeOf(await release(name, {}, other))).toBe("UNKNOWN_RESERVATION");
  }
  const entities = `query($r: [_Any!]!) { _entities(representations: $r) { ... on Reservation { id } } }`;
  const r = [{ __typename: "Reservation", id }];
  expect(dataOf(await stand.start().ask(entities, { r }, other))._entities).toEqual([null]);
  expect(dataOf(await stand.start().ask(entities, { r }))._entities).toEqual([{ id }]);
  expect(dataOf(await stand.start().ask(READ, { id }, operator)).reservation.status).toBe("HELD");
});

test("whose it is, is said by who has several accounts, and cannot be somebody else", async () => {
  expect(codeOf(await reserve({ sku: "NG-10018" }, both))).toBe("INVALID_VALUE");
  const theirs = await reserve({ sku: "NG-10018", customerId: "C10020" }, both);
  const read = await stand.start().ask(READ, { id: theirs.reservation.id }, other);
  expect(dataOf(read).reservation.id).toBe(theirs.reservation.id);
  const stolen = await reserve({ sku: "NG-10018", customerId: "C10020" });
  expect(stolen.userErrors).toMatchObject([{ code: "UNKNOWN_CUSTOMER", field: ["customerId"] }]);
  const own = await reserve({ sku: "NG-10018" }, operator);
  const hidden = await stand.start().ask(READ, { id: own.reservation.id });
  expect(dataOf(hidden).reservation).toBeNull();
});

test.each([
  [{ sku: "NG-99999" }, "UNKNOWN_SKU", "sku"],
  [{ sku: "<>" }, "UNKNOWN_SKU", "sku"],
  [{ quantity: "0" }, "INVALID_QUANTITY", "quantity"],
  [{ quantity: "-1" }, "INVALID_QUANTITY", "quantity"],
  [{ quantity: "0.5" }, "INVALID_QUANTITY", "quantity"],
  [{ quantity: "1000000001" }, "INVALID_QUANTITY", "quantity"],
  [{ uom: "PF" }, "INVALID_UOM", "uom"],
  [{ warehouse: "NOWHERE" }, "UNKNOWN_WAREHOUSE", "warehouse"],
  [{ ttlSeconds: 0 }, "INVALID_VALUE", "ttlSeconds"],
  [{ ttlSeconds: 86_401 }, "INVALID_VALUE", "ttlSeconds"],
  [{ waitMs: 10_001 }, "INVALID_VALUE", "waitMs"],
  [{ idempotencyKey: "" }, "INVALID_VALUE", "idempotencyKey"],
  [{ sku: "NG-10011" }, "INSUFFICIENT_STOCK", "quantity"],
])("%j is refused as %s at %s, and nothing is accepted", async (more, code, field) => {
  const answer = await reserve(more);
  expect(answer).toMatchObject({ command: null, reservation: null, replayed: false });
  expect(answer.userErrors).toMatchObject([{ code, field: [field] }]);
});

test("who may not order may not reserve", async () => {
  const asked = await stand.start().ask(RESERVE, { input: inputOf({}) }, carrier);
  expect(codesOf(asked)).toEqual(["FORBIDDEN"]);
  const nobody = await stand.start().ask(RESERVE, { input: inputOf({}) }, null);
  expect(codesOf(nobody)).toEqual(["UNAUTHENTICATED"]);
});

test("nothing is promised while a system does not answer", async () => {
  const asked = await stand.start(true).ask(RESERVE, { input: inputOf({}) });
  expect(codesOf(asked)).toEqual(["SOURCE_UNAVAILABLE"]);
});

const FOLLOW = `subscription($skus: [String!], $warehouse: String, $after: EventCursor) {
  inventoryChanged(skus: $skus, warehouse: $warehouse, after: $after) {
    cursor type delta { value uom } position { id availableToPromise { value } } } }`;

test("every account hears of the stock that it follows, goes on from a cursor, and sees it as it is now", async () => {
  const after = encodeCursor(await stand.eventLog.head());
  await reserve({ sku: "NG-10022", quantity: "2" });
  await reserve({ sku: "NG-10024", quantity: "1" });
  const west = await reserve({ sku: "NG-10022", quantity: "3", warehouse: "WEST" });
  await release(west.reservation.id);
  const take = async (variables: Record<string, unknown>, count: number) => {
    const stream = await stand.start().follow(FOLLOW, other, variables);
    const taken = [];
    for (let at = 0; at < count; at += 1) {
      taken.push(dataOf((await stream.next()).value).inventoryChanged);
    }
    await stream.return?.();
    return taken;
  };
  const skus = ["NG-10022"];
  const all = await take({ skus, after }, 3);
  expect(all).toMatchObject([
    {
      type: "RESERVED",
      delta: { value: "-2", uom: "EA" },
      position: { id: "NG-10022@EAST", availableToPromise: { value: "18" } },
    },
    { type: "RESERVED", delta: { value: "-3" }, position: { id: "NG-10022@WEST" } },
    { type: "RELEASED", delta: { value: "3" }, position: { availableToPromise: { value: "4" } } },
  ]);
  expect(await take({ skus, after: all[0].cursor }, 2)).toEqual(all.slice(1));
  expect(await take({ skus, after, warehouse: "WEST" }, 2)).toEqual(all.slice(1));
  await expect(stand.start().follow(FOLLOW, portal, { skus: ["<>"] })).rejects.toMatchObject({
    extensions: { code: "BAD_USER_INPUT" },
  });
  await expect(stand.start().follow(FOLLOW, null)).rejects.toMatchObject({
    extensions: { code: "UNAUTHENTICATED" },
  });
});
