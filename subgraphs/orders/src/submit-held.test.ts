import { DEFAULT_ACCEPTANCE_POLICY, parseDecimal, type AcceptancePolicy } from "@crossdock/domain";
import { openSharedTestLedger, type SharedTestLedger } from "@crossdock/ledger/testing";
import { createReservationBook, createReservationSweep } from "@crossdock/processes";
import { parseSku } from "@crossdock/domain";
import { operator, openStand, portal, silent, type Stand } from "./testing/stand.ts";

const policy: AcceptancePolicy = {
  ...DEFAULT_ACCEPTANCE_POLICY,
  version: "house-rules/7",
  rules: {
    ...DEFAULT_ACCEPTANCE_POLICY.rules,
    onCreditExceeded: "hold",
    approveAbove: parseDecimal("500"),
    priceTolerance: { amount: parseDecimal("0.05"), percent: parseDecimal("0") },
  },
  channels: { EDI: { minimumOrderValue: parseDecimal("50"), blockedItems: ["NG-1"] } },
};

let shared: SharedTestLedger;
let stand: Stand;
beforeAll(async () => {
  shared = await openSharedTestLedger();
}, 30_000);
beforeEach(async () => {
  stand = await openStand({ shared, acceptancePolicy: policy });
});
afterEach(() => stand.close());
afterAll(() => shared.close());

const ORDER = `order { id status holds { code reason } blockers { code owner } timeline { type note } }`;
const SUBMIT = `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) {
  command { id status } ${ORDER} notices { code message field } userErrors { code field } replayed } }`;
const PREVIEW = `query ($input: SubmitOrderInput!) { previewOrder(input: $input) {
  holds { code } notices { code } userErrors { code } } }`;
const APPROVE = `mutation ($input: ApproveOrderInput!) { approveOrder(input: $input) {
  command { status } ${ORDER} replayed userErrors { code message } } }`;
const REJECT = `mutation ($input: RejectOrderInput!) { rejectOrder(input: $input) {
  command { status } ${ORDER} userErrors { code } } }`;
const CANCEL = `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input) { order { status } userErrors { code } } }`;
const SKU = parseSku("NG-2");

let made = 0;
const key = () => `held-${String((made += 1))}`;
const input = (pieces: number, more: object = {}) => ({
  idempotencyKey: key(),
  customerId: "C10010",
  warehouse: "EAST",
  lines: [{ sku: SKU, quantity: String(pieces) }],
  ...more,
});

async function submit(asked: object, viewer = portal) {
  const { data, codes } = await stand.ask(SUBMIT, { input: asked }, viewer);
  expect(codes).toEqual([]);
  return data.submitOrder;
}
const approve = async (orderId: string, more: object = {}) =>
  (await stand.ask(APPROVE, { input: { idempotencyKey: key(), orderId, ...more } }, operator)).data
    .approveOrder;

async function laneOf(id: string): Promise<string> {
  const { lane } = await stand.ledger.db
    .selectFrom("commands")
    .select("lane")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return lane;
}

async function promised(): Promise<number> {
  const [held = []] = await createReservationBook(stand.ledger, stand.clock).readHeld([SKU]);
  return held.reduce((sum, { quantity: { value } }) => sum + Number(value), 0);
}

test("an order that has to be approved is taken, says so, and goes its way with the decision, once", async () => {
  const asked = input(60);
  const preview = await stand.ask(PREVIEW, { input: asked });
  expect(preview.data.previewOrder).toMatchObject({
    holds: [{ code: "APPROVAL_NEEDED" }],
    userErrors: [],
  });
  const { command, order, userErrors } = await submit(asked);
  expect(userErrors).toEqual([]);
  expect(order).toMatchObject({
    status: "ON_HOLD",
    holds: [{ code: "APPROVAL_NEEDED" }],
    blockers: [{ code: "APPROVAL_NEEDED", owner: "operator" }],
  });
  // Nobody works on it: no worker looks at this lane.
  expect(await laneOf(command.id)).toBe("held");
  expect(await submit(asked)).toMatchObject({ replayed: true, command: { id: command.id } });

  const approved = await approve(order.id, { note: "They are good for it." });
  expect(approved).toMatchObject({
    command: { status: "SUCCEEDED" },
    order: { status: "SUBMITTED", holds: [] },
    userErrors: [],
  });
  expect(approved.order.timeline).toContainEqual({
    type: "HOLD_RELEASED",
    note: "APPROVAL_NEEDED: They are good for it.",
  });
  expect(await laneOf(command.id)).toBe("erp");
  expect(await approve(order.id)).toMatchObject({ userErrors: [{ code: "NOT_HELD" }] });
});

test("a decision against an order ends it and its command, and gives back its stock", async () => {
  const { command, order } = await submit(input(60, { allowBackorder: false }));
  expect(await promised()).toBe(60);
  const asked = { idempotencyKey: key(), orderId: order.id, reason: "Not this year." };
  const { data } = await stand.ask(REJECT, { input: asked }, operator);
  expect(data.rejectOrder).toMatchObject({
    command: { status: "SUCCEEDED" },
    order: { status: "REJECTED", holds: [{ code: "NOT_APPROVED", reason: "Not this year." }] },
  });
  const [ended] = await stand.commandLog.read([command.id]);
  expect(ended).toMatchObject({ status: "REJECTED", error: { code: "NOT_APPROVED" } });
  expect(await promised()).toBe(0);
});

test("what the credit does not bear waits and uses none of it up; its buyer may take it back", async () => {
  const big = await submit(input(20_000));
  expect(big.order).toMatchObject({
    status: "ON_HOLD",
    holds: [{ code: "CREDIT_EXCEEDED" }, { code: "APPROVAL_NEEDED" }],
  });
  const small = await submit(input(1));
  expect(small.order).toMatchObject({ status: "SUBMITTED", holds: [] });
  const one = await approve(big.order.id, { hold: "CREDIT_EXCEEDED" });
  expect(one.order).toMatchObject({ status: "ON_HOLD", holds: [{ code: "APPROVAL_NEEDED" }] });
  const cancel = { idempotencyKey: key(), orderId: big.order.id };
  const { data } = await stand.ask(CANCEL, { input: cancel });
  expect(data.cancelOrder).toMatchObject({ order: { status: "CANCELLED" }, userErrors: [] });
  expect(await approve(big.order.id)).toMatchObject({ userErrors: [{ code: "NOT_HELD" }] });
});

test("what a held order was promised is given back after a while; approved later, it gets its stock anew or stays held", async () => {
  const { order } = await submit(input(60, { allowBackorder: false }));
  stand.clock.advance(25 * 3_600_000);
  const { ledger, eventLog, clock } = stand;
  const sweep = createReservationSweep({ ledger, eventLog, clock, logger: silent, everyMs: 5 });
  sweep.start();
  const end = Date.now() + 10_000;
  while ((await promised()) > 0 && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await sweep.stop();
  expect(await promised()).toBe(0);
  const rival = await submit(input(50, { allowBackorder: false }));
  expect(rival.userErrors).toEqual([]);
  const tooLate = await approve(order.id);
  expect(tooLate.userErrors).toMatchObject([
    { code: "INSUFFICIENT_STOCK", message: "EAST has 50 EA of NG-2 available, not 60." },
  ]);
  const cancel = { idempotencyKey: key(), orderId: rival.order.id };
  await stand.ask(CANCEL, { input: cancel });
  expect(await approve(order.id)).toMatchObject({ order: { status: "SUBMITTED" }, userErrors: [] });
  expect(await promised()).toBe(60);
});

test("an expected price that is near enough is ours, and the buyer is told; further away it is refused", async () => {
  const near = input(1, { lines: [{ sku: "NG-1", quantity: "1", expectedUnitPrice: "4.05" }] });
  const taken = await submit(near);
  expect(taken).toMatchObject({
    userErrors: [],
    notices: [{ code: "PRICE_ADJUSTED", field: ["lines", "0", "expectedUnitPrice"] }],
  });
  expect((await submit(near)).notices).toEqual(taken.notices);
  const far = input(1, { lines: [{ sku: "NG-1", quantity: "1", expectedUnitPrice: "4.06" }] });
  expect((await submit(far)).userErrors).toMatchObject([{ code: "PRICE_MISMATCH" }]);
});

test("the same input goes the same way by whichever channel, but for the channel's own rules", async () => {
  const partner = { ...portal, role: "partner" as const };
  const lines = [{ sku: "NG-2", quantity: "5" }];
  const draftOf = async (viewer: typeof portal) => {
    const { command } = await submit(input(0, { lines, customerReference: "PO-1" }), viewer);
    const [record] = await stand.commandLog.read([command.id]);
    const { key: _key, ...draft } = record?.data as { key: string; channel: string };
    return draft;
  };
  const portals = await draftOf(portal);
  expect(await draftOf(partner)).toEqual({ ...portals, channel: "EDI" });
  expect(portals).toMatchObject({
    channel: "PORTAL",
    acceptance: { rules: "house-rules/7", holds: [] },
  });
  const small = { lines: [{ sku: "NG-1", quantity: "1" }] };
  expect((await submit(input(0, small))).userErrors).toEqual([]);
  expect((await submit(input(0, small), partner)).userErrors).toMatchObject([
    { code: "MINIMUM_ORDER_VALUE" },
    { code: "ITEM_NOT_ALLOWED", field: ["lines", "0", "sku"] },
  ]);
});
