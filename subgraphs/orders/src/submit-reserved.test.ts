import {
  instantOf,
  parseDecimal,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type CustomerNumber,
  type Reservation,
  type ReservationId,
} from "@crossdock/domain";
import { openSharedTestLedger, type SharedTestLedger } from "@crossdock/ledger/testing";
import { createReservationBook, saveReservation } from "@crossdock/processes";
import { HARBOR, SUMMIT } from "./testing/systems.ts";
import { openStand, operator, portal, type Stand } from "./testing/stand.ts";

// One for each test: what an order took is held until a warehouse has it, and here is none.
let shared: SharedTestLedger;
let stand: Stand;
beforeAll(async () => {
  shared = await openSharedTestLedger();
}, 30_000);
beforeEach(async () => {
  stand = await openStand({ shared });
});
afterEach(() => stand.close());
afterAll(() => shared.close());

const SUBMIT = `mutation ($inputs: [SubmitOrderInput!]!, $policy: BulkErrorPolicy) {
  submitOrders(inputs: $inputs, errorPolicy: $policy) {
    command { id } order { id } replayed userErrors { code field } } }`;
const PREVIEW = `query ($input: SubmitOrderInput!) { previewOrder(input: $input) {
  userErrors { code field } lines { availableToPromise { value } } } }`;
const HOUR_MS = 3_600_000;

let made = 0;
/** A reservation of 60 of the 100 pieces that lie in the east. */
async function reserve(
  customerNumber: CustomerNumber | null,
  more: Partial<Reservation> = {},
): Promise<ReservationId> {
  const reservation: Reservation = {
    id: `01K${String((made += 1)).padStart(23, "0")}` as ReservationId,
    sku: parseSku("NG-2"),
    warehouse: parseWarehouseCode("EAST"),
    quantity: quantity(parseDecimal("60"), parseUomCode("EA")),
    customerNumber,
    status: "HELD",
    expiresAt: instantOf(new Date(stand.clock.nowMs() + HOUR_MS)),
    ...more,
  };
  const taken = { clientId: "portal", at: stand.clock.now() };
  await stand.ledger.transaction((trx) => saveReservation(trx, reservation, taken));
  return reservation.id;
}

const input = (more: object = {}) => ({
  idempotencyKey: `reserved-${String((made += 1))}`,
  customerId: "C10010",
  warehouse: "EAST",
  allowBackorder: false,
  lines: [{ sku: "NG-2", quantity: "60" }],
  ...more,
});

async function submit(inputs: readonly object[], viewer = portal, policy = "REJECT_FAILED") {
  const { data, codes } = await stand.ask(SUBMIT, { inputs, policy }, viewer);
  expect(codes).toEqual([]);
  return data.submitOrders;
}

async function statusOf(id: ReservationId): Promise<string | undefined> {
  const book = createReservationBook(stand.ledger, stand.clock);
  return (await book.readReservations([id]))[0]?.status;
}

test("an order takes the reservations that it names, once, and its repeat gets the first answer", async () => {
  const id = await reserve(HARBOR);
  const asked = input({ reservations: [id, id] });
  const [first] = await submit([asked]);
  expect(first).toMatchObject({ replayed: false, userErrors: [] });
  expect(await statusOf(id)).toBe("CONSUMED");
  expect(await submit([asked])).toEqual([{ ...first, replayed: true }]);
  const [second] = await submit([input({ reservations: [id] })]);
  expect(second).toMatchObject({
    command: null,
    userErrors: [
      { code: "INSUFFICIENT_STOCK" },
      { code: "INVALID_STATUS", field: ["reservations", "0"] },
    ],
  });
  // The account's own reservation was not in its way; what its order took is.
  const [third] = await submit([input()]);
  expect(third.userErrors).toMatchObject([{ code: "INSUFFICIENT_STOCK" }]);
  const [other] = await submit([{ ...asked, reservations: [] }]);
  expect(other.userErrors).toMatchObject([{ code: "IDEMPOTENCY_CONFLICT" }]);
});

test("what others hold is in the way of an order, what its own account holds is not", async () => {
  await reserve(SUMMIT);
  const [blocked] = await submit([input()]);
  expect(blocked.userErrors).toMatchObject([{ code: "INSUFFICIENT_STOCK" }]);
  const { data } = await stand.ask(PREVIEW, { input: input() });
  expect(data.previewOrder.lines).toMatchObject([{ availableToPromise: { value: "40" } }]);
  const [theirs] = await submit([input({ customerId: "C10020" })], operator);
  expect(theirs.userErrors).toEqual([]);
});

test("the distributor's people give away what is the distributor's own", async () => {
  const id = await reserve(null);
  const [hidden] = await submit([input({ reservations: [id] })]);
  expect(hidden.userErrors).toMatchObject([
    { code: "INSUFFICIENT_STOCK" },
    { code: "UNKNOWN_RESERVATION", field: ["reservations", "0"] },
  ]);
  const [given] = await submit([input({ reservations: [id] })], operator);
  expect(given.userErrors).toEqual([]);
  expect(await statusOf(id)).toBe("CONSUMED");
});

test("what an order cannot take is refused by its place, and nothing is taken", async () => {
  const mine = await reserve(HARBOR);
  const theirs = await reserve(SUMMIT, {
    quantity: quantity(parseDecimal("1"), parseUomCode("EA")),
  });
  const otherItem = await reserve(HARBOR, { sku: parseSku("NG-1") });
  const past = await reserve(HARBOR, { expiresAt: stand.clock.now() });
  const named = [mine, theirs, "rubbish", otherItem, past];
  const { data } = await stand.ask(PREVIEW, { input: input({ reservations: named }) });
  const [order] = await submit([input({ reservations: named })]);
  const refusals = [
    { code: "UNKNOWN_RESERVATION", field: ["reservations", "1"] },
    { code: "UNKNOWN_RESERVATION", field: ["reservations", "2"] },
    { code: "INVALID_VALUE", field: ["reservations", "3"] },
    { code: "INVALID_STATUS", field: ["reservations", "4"] },
  ];
  expect(order.userErrors).toEqual(refusals);
  expect(data.previewOrder.userErrors).toEqual(refusals);
  expect(await statusOf(mine)).toBe("HELD");
  const many = Array.from({ length: 501 }, (_, at) => `01K${String(at).padStart(23, "0")}`);
  const [tooMany] = await submit([input({ reservations: many })]);
  expect(tooMany.userErrors).toEqual([{ code: "INVALID_VALUE", field: ["reservations"] }]);
});

test("of two orders that name one reservation, one gets it; together or not at all, neither", async () => {
  const both = () => {
    const lines = [{ sku: "NG-2", quantity: "1" }];
    return [input({ lines, reservations: [id] }), input({ lines, reservations: [id] })];
  };
  const id = await reserve(HARBOR);
  const none = await submit(both(), portal, "REJECT_ALL");
  expect(
    none.map(({ userErrors }: { userErrors: { code: string }[] }) => userErrors[0]?.code),
  ).toEqual(["BATCH_REFUSED", "INVALID_STATUS"]);
  expect(await statusOf(id)).toBe("HELD");
  const one = await submit(both());
  const codes = one.map(
    ({ userErrors }: { userErrors: { code: string }[] }) => userErrors[0]?.code,
  );
  expect(codes.sort()).toEqual(["INVALID_STATUS", undefined]);
  expect(await statusOf(id)).toBe("CONSUMED");
});
