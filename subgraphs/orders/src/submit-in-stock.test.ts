import {
  parseDecimal,
  parseInstant,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type OrderId,
  type Reservation,
  type ReservationId,
} from "@crossdock/domain";
import { openSharedTestLedger, type SharedTestLedger } from "@crossdock/ledger/testing";
import { createReservationBook, saveReservation } from "@crossdock/processes";
import { operator, openStand, portal, summit, type Stand } from "./testing/stand.ts";
import { HARBOR } from "./testing/systems.ts";

// One for each test: what was promised stays promised, for no warehouse ever has these orders.
let shared: SharedTestLedger;
let stand: Stand;
beforeAll(async () => {
  shared = await openSharedTestLedger();
}, 30_000);
beforeEach(async () => {
  stand = await openStand({ shared, keepsReads: true });
});
afterEach(() => stand.close());
afterAll(() => shared.close());

const SUBMIT = `mutation ($inputs: [SubmitOrderInput!]!, $policy: BulkErrorPolicy) {
  submitOrders(inputs: $inputs, errorPolicy: $policy) {
    command { id } order { id status } replayed userErrors { code field message } } }`;
const CANCEL = `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { order { status } userErrors { code } } }`;
const SKU = parseSku("NG-2");
const EAST = parseWarehouseCode("EAST");
const EA = parseUomCode("EA");
/** That lie in the east. */
const PIECES = 100;

let made = 0;
const input = (pieces: number, more: object = {}) => ({
  idempotencyKey: `in-stock-${String((made += 1))}`,
  customerId: "C10010",
  warehouse: "EAST",
  allowBackorder: false,
  lines: [{ sku: SKU, quantity: String(pieces) }],
  ...more,
});

type Answer = {
  readonly order: { readonly id: string; readonly status: string } | null;
  readonly replayed: boolean;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
};

async function submit(inputs: readonly object[], viewer = portal, policy = "REJECT_FAILED") {
  const { data, codes } = await stand.ask(SUBMIT, { inputs, policy }, viewer);
  expect(codes).toEqual([]);
  return data.submitOrders as Answer[];
}

async function promised(): Promise<number> {
  const [held = []] = await createReservationBook(stand.ledger, stand.clock).readHeld([SKU]);
  return held.reduce((sum, { quantity: { value } }) => sum + Number(value), 0);
}

async function reserve(pieces: number): Promise<ReservationId> {
  const reservation: Reservation = {
    id: `01K${String((made += 1)).padStart(23, "0")}` as ReservationId,
    sku: SKU,
    warehouse: EAST,
    quantity: quantity(parseDecimal(String(pieces)), EA),
    customerNumber: HARBOR,
    status: "HELD",
    expiresAt: parseInstant("2026-12-01T00:00:00Z"),
  };
  const taken = { clientId: "portal", at: stand.clock.now() };
  await stand.ledger.transaction((trx) => saveReservation(trx, reservation, taken));
  return reservation.id;
}

test("of orders that come at the same moment exactly as many are taken as there are pieces; the others are told what is left", async () => {
  const sizes = Array.from({ length: 80 }, (_, at) => 1 + (at % 3));
  const answers = await Promise.all(
    sizes.map((pieces, at) => {
      const viewer = at % 2 === 0 ? portal : summit;
      const customerId = at % 2 === 0 ? "C10010" : "C10020";
      return submit([input(pieces, { customerId })], viewer);
    }),
  );
  const taken = answers.flat().map(({ order }, at) => (order === null ? 0 : (sizes[at] ?? 0)));
  expect(taken.reduce((sum, pieces) => sum + pieces, 0)).toBe(PIECES);
  expect(await promised()).toBe(PIECES);
  const refused = answers.flat().flatMap(({ userErrors }) => userErrors);
  expect(refused.length).toBeGreaterThan(0);
  for (const { code, message } of refused) {
    expect(code).toBe("INSUFFICIENT_STOCK");
    expect(message).toMatch(/^EAST has [012] EA of NG-2 available, not [123]\.$/);
  }
});

test("an order that may wait takes what is there when it arrives: until then nobody is promised the same pieces", async () => {
  const [ordinary] = await submit([input(70, { allowBackorder: true })]);
  expect(ordinary?.userErrors).toEqual([]);
  expect(await promised()).toBe(0);
  const [tooMany, enough] = await submit([input(31), input(30)]);
  expect(tooMany?.userErrors).toMatchObject([{ code: "INSUFFICIENT_STOCK" }]);
  expect(enough?.userErrors).toEqual([]);
});

test("the orders of one call are promised their stock one after the other, together or each for itself", async () => {
  const all = await submit([input(60), input(60)], portal, "REJECT_ALL");
  expect(all.map(({ userErrors }) => userErrors[0]?.code)).toEqual([
    "BATCH_REFUSED",
    "INSUFFICIENT_STOCK",
  ]);
  expect(await promised()).toBe(0);
  const each = await submit([input(60), input(60), input(40)]);
  const taken = each.map(({ order }) => order !== null);
  // Two of them fit; which of the first two it is depends on who comes first.
  expect(taken.filter(Boolean)).toHaveLength(2);
  expect(taken[2]).toBe(true);
  expect(await promised()).toBe(PIECES);
});

test("what the account has reserved is its own order's to use, and is not promised a second time", async () => {
  await reserve(80);
  const [order] = await submit([input(50)]);
  expect(order?.userErrors).toEqual([]);
  // 20 were free, so 30 came out of the reservation, of which 50 are left.
  expect(await promised()).toBe(PIECES);
  const [other] = await submit([input(1, { customerId: "C10020" })], operator);
  expect(other?.userErrors).toMatchObject([{ code: "INSUFFICIENT_STOCK" }]);
});

test("an order that is taken back, or that the ERP refuses, gives back what it was promised", async () => {
  const [first, second] = await submit([input(50), input(50)]);
  expect(await promised()).toBe(PIECES);
  const cancel = { idempotencyKey: "back", orderId: first?.order?.id };
  const { data } = await stand.ask(CANCEL, { input: cancel });
  expect(data.cancelOrder).toMatchObject({ order: { status: "CANCELLED" }, userErrors: [] });
  expect(await promised()).toBe(50);
  const orderId = (second?.order?.id ?? "") as OrderId;
  await stand.ledger.transaction((trx) =>
    stand.process.apply(
      trx,
      [
        {
          orderId,
          event: {
            kind: "orderRefused",
            code: "CREDIT_EXCEEDED",
            message: "No.",
            at: stand.clock.now(),
            source: "erp",
          },
        },
      ],
      [],
      { correlationId: "c", causationId: null },
    ),
  );
  expect(await promised()).toBe(0);
  const [again] = await submit([input(PIECES)]);
  expect(again?.userErrors).toEqual([]);
});

test("a request that is sent many times at once takes its pieces once, however few are left", async () => {
  const one = input(60);
  const answers = await Promise.all(Array.from({ length: 10 }, () => submit([one])));
  const ids = new Set(answers.flat().map(({ order }) => order?.id));
  expect(ids.size).toBe(1);
  expect(ids.has(undefined)).toBe(false);
  expect(await promised()).toBe(60);
});
