import { randomUUID } from "node:crypto";
import {
  AvailabilityDocument,
  InventoryChangedDocument,
  ReleaseReservationDocument,
  ReservationDocument,
  ReserveInventoryDocument,
  SubmitOrderDocument,
  type ReserveInventoryInput,
} from "../generated/operations.ts";
import { collectUntil } from "../src/collecting-events.ts";
import { anOrder, oldestCursor, STAPLE } from "../src/placing-orders.ts";
import { startStack, type Stack } from "../src/stack.ts";

const MINE = "C10010";
const THEIRS = "C10020";
const RACERS = 20;
const SHARES = 7;
const EVENT_MS = 20_000;

jest.setTimeout(90_000);

let stack: Stack;
let me: string;
let them: string;
beforeAll(async () => {
  stack = await startStack();
  [me, them] = await Promise.all([stack.token("portal", MINE), stack.token("portal", THEIRS)]);
});
afterAll(() => stack[Symbol.asyncDispose]());

async function reserve(changes: Partial<ReserveInventoryInput>, token: string) {
  const input = { idempotencyKey: randomUUID(), sku: STAPLE, quantity: "1", ...changes };
  const { reserveInventory } = await stack.ask(ReserveInventoryDocument, { input }, token);
  return reserveInventory;
}

async function release(reservationId: string, token: string) {
  const input = { idempotencyKey: randomUUID(), reservationId };
  const { releaseReservation } = await stack.ask(ReleaseReservationDocument, { input }, token);
  return releaseReservation;
}

/** What the warehouse can promise of the staple. */
async function promised(warehouse: string): Promise<number> {
  const { availability } = await stack.ask(AvailabilityDocument, { sku: STAPLE, warehouse }, me);
  return Number(availability[0]?.availableToPromise.value);
}

test("accounts that race for the same stock get what there is, which outlives a power cut", async () => {
  const { availability } = await stack.ask(AvailabilityDocument, { sku: STAPLE }, me);
  const warehouse = availability[0]?.warehouse.code ?? "";
  const total = await promised(warehouse);
  const share = Math.floor(total / SHARES);
  const quantity = String(share);
  const taken = await Promise.all(
    Array.from({ length: RACERS }, (_, at) =>
      reserve({ quantity, warehouse }, at % 2 === 0 ? me : them),
    ),
  );
  const held = taken.filter(({ reservation }) => reservation?.status === "HELD");
  const fits = Math.floor(total / share);
  expect(held).toHaveLength(fits);
  const refusals = taken.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
  expect(refusals).toEqual(Array.from({ length: RACERS - fits }, () => "INSUFFICIENT_STOCK"));
  expect(await promised(warehouse)).toBe(total - fits * share);

  await stack.kill();
  await stack.start();
  expect(await promised(warehouse)).toBe(total - fits * share);

  // What others hold is not there for an order that will not wait; what the own account holds is.
  const order = (customerId: string) =>
    anOrder(customerId, {
      lines: [{ sku: STAPLE, quantity: String(total - fits * share + 1) }],
      warehouse,
      allowBackorder: false,
    });
  const theirs = await stack.ask(
    SubmitOrderDocument,
    { input: order("C10030") },
    await stack.token("portal", "C10030"),
  );
  expect(theirs.submitOrder.userErrors.map(({ code }) => code)).toContain("INSUFFICIENT_STOCK");
  const mine = await stack.ask(SubmitOrderDocument, { input: order(MINE) }, me);
  expect(mine.submitOrder.userErrors).toEqual([]);
});

test("an order takes the reservation that it names, and no other order can take it again", async () => {
  const { reservation } = await reserve({ quantity: "3" }, me);
  const id = reservation?.id ?? "";
  const naming = () =>
    anOrder(MINE, { lines: [{ sku: STAPLE, quantity: "3" }], reservations: [id] });
  const [first, second] = await Promise.all(
    [naming(), naming()].map((input) => stack.ask(SubmitOrderDocument, { input }, me)),
  );
  const codes = [first, second].map((answer) => answer?.submitOrder.userErrors[0]?.code ?? "taken");
  expect(codes.sort()).toEqual(["INVALID_STATUS", "taken"]);
  const read = await stack.ask(ReservationDocument, { id }, me);
  expect(read.reservation?.status).toBe("CONSUMED");
  expect(await release(id, me)).toMatchObject({ userErrors: [{ code: "INVALID_STATUS" }] });
});

test("a reservation is its account's own, is told to every follower of the stock, and ends once", async () => {
  const after = await oldestCursor(stack, await stack.token("operator"));
  const sku = "NG-10006";
  const { reservation } = await reserve({ sku }, me);
  const id = reservation?.id ?? "";
  const [mine, others] = await Promise.all(
    [me, them].map((token) => stack.ask(ReservationDocument, { id }, token)),
  );
  expect(mine?.reservation).toEqual({ id, status: "HELD" });
  expect(others?.reservation).toBeNull();
  expect(await release(id, them)).toMatchObject({ userErrors: [{ code: "UNKNOWN_RESERVATION" }] });
  expect(await release(id, me)).toMatchObject({ reservation: { status: "RELEASED" } });
  expect(await release(id, me)).toMatchObject({ userErrors: [{ code: "INVALID_STATUS" }] });
  const short = await reserve({ sku, ttlSeconds: 1 }, me);
  const events = await collectUntil(
    stack.subscribe(InventoryChangedDocument, { skus: [sku], after }, them),
    (() => {
      let freed = 0;
      return ({ inventoryChanged }) => inventoryChanged.type === "RELEASED" && (freed += 1) === 2;
    })(),
    EVENT_MS,
  );
  expect(
    events.map(({ inventoryChanged: { type, delta } }) => `${type} ${String(delta?.value)}`),
  ).toEqual(["RESERVED -1", "RELEASED 1", "RESERVED -1", "RELEASED 1"]);
  const { reservation: ended } = await stack.ask(
    ReservationDocument,
    { id: short.reservation?.id ?? "" },
    me,
  );
  expect(ended?.status).toBe("EXPIRED");
});
