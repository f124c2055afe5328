import {
  parseCustomerNumber,
  parseDecimal,
  parseOrderNumber,
  parseReturnId,
  parseShipmentId,
  parseSku,
  parseWarehouseCode,
  type OrderId,
  type ReturnPolicy,
  type ReturnToCreditEvent,
  type Shipment,
} from "@crossdock/domain";
import { saveShipments, type ReturnEffect } from "@crossdock/processes";
import { openStand, operator, portal, summit, type Stand } from "../testing/stand.ts";
import { EA } from "../testing/systems.ts";

const SUBMIT = `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id } } }`;
const REQUEST = `mutation ($input: RequestReturnInput!) { requestReturn(input: $input) {
  return { id number status } userErrors { code field message } } }`;
const AUTHORIZE = `mutation ($input: AuthorizeReturnInput!) { authorizeReturn(input: $input) {
  replayed command { status } return { id status parcels { number warehouse shipmentId status } }
  userErrors { code field } } }`;
const REJECT = `mutation ($input: EndReturnInput!) { rejectReturn(input: $input) {
  return { status timeline { type note } } userErrors { code } } }`;
const CANCEL = `mutation ($input: EndReturnInput!) { cancelReturn(input: $input) {
  return { status parcels { status } } userErrors { code } } }`;
const RETURN = `query ($id: ID!) { return(id: $id) { status blockers { code owner message }
  lines { received { value uom } accepted { value } goods { lot disposition quantity { value } }
    orderLine { returned { value } } } timeline { type note } } }`;

let stand: Stand;
let autoApprove: ReturnPolicy["autoApprove"] = null;
beforeAll(async () => {
  stand = await openStand({
    returnPolicy: {
      get autoApprove() {
        return autoApprove;
      },
      creditScrapped: false,
      refund: false,
    },
  });
});
afterEach(() => {
  autoApprove = null;
});
afterAll(() => stand.close());

let keys = 0;
const ask = async (
  mutation: string,
  given: Record<string, unknown>,
  viewer = portal,
): Promise<ReturnType<typeof JSON.parse>> => {
  const input = { idempotencyKey: `return-${String((keys += 1))}`, ...given };
  const { data, codes } = await stand.ask(mutation, { input }, viewer);
  return { ...(Object.values(data ?? {})[0] as object), codes };
};
const back = (id: string, quantity: string, named: object = {}) => ({
  orderId: id,
  lines: [{ orderLineId: `${id}/1`, quantity, reason: "Wrong size.", ...named }],
});
/** Ten pieces, of two lots. */
const shipped = async (): Promise<OrderId> => {
  const input = {
    idempotencyKey: `order-${String((keys += 1))}`,
    customerId: "C10010",
    lines: [{ sku: "NG-1", quantity: "10" }],
  };
  const id: OrderId = (await stand.ask(SUBMIT, { input })).data.submitOrder.order.id;
  const number = parseOrderNumber(`SO-${id}`);
  const at = stand.clock.now();
  const lines = [
    { lineNumber: 1, quantity: { value: parseDecimal("6"), uom: EA }, lot: "L1", serials: [] },
    { lineNumber: 1, quantity: { value: parseDecimal("4"), uom: EA }, lot: "L2", serials: [] },
  ];
  const shipment: Shipment = {
    id: parseShipmentId(`sh-${id}`),
    number: `W-${id}`,
    orderNumbers: [number],
    warehouse: parseWarehouseCode("EAST"),
    status: "SHIPPED",
    carrier: null,
    trackingNumber: null,
    trackingUrl: null,
    shipTo: null,
    lines: lines.map((line) => ({ ...line, orderNumber: number, sku: parseSku("NG-1") })),
    packages: [],
    milestones: [],
    shippedAt: at,
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: null,
    modifiedAt: at,
  };
  const stamp = { at, source: "test" };
  await stand.ledger.transaction(async (trx) => {
    const customerNumber = parseCustomerNumber("C10010");
    await saveShipments(trx, [{ shipment, customerNumber }], at);
    const { id: shipmentId, status } = shipment;
    const snapshot = { id: shipmentId, number: shipment.number, status, lines, problem: null };
    await stand.process.apply(
      trx,
      [
        { orderId: id, event: { kind: "orderCreated", number, ...stamp } },
        {
          orderId: id,
          event: {
            kind: "shipmentProgressed",
            shipment: { ...snapshot, milestones: [] },
            ...stamp,
          },
        },
      ],
      [],
      TRACE,
    );
  });
  return id;
};
const tell = (id: string, ...events: ReturnToCreditEvent[]) =>
  stand.ledger.transaction((trx) => {
    const returnId = parseReturnId(id);
    const returns: ReturnEffect[] = events.map((event) => ({ returnId, event }));
    return stand.process.applyAll(trx, [{ effects: [], also: [], returns, trace: TRACE }]);
  });
const commandsOf = async (id: string) =>
  (
    await stand.ledger.db
      .selectFrom("commands")
      .select("idempotency_key")
      .where("subject", "=", `return:${id}`)
      .where("client_id", "=", "crossdock")
      .orderBy("id")
      .execute()
  ).map(({ idempotency_key: key }) => key.replace(`return:${id}:`, ""));
const TRACE = { correlationId: "c", causationId: null };

test("an operator authorizes a return: its parcels are planned from what has left, and the warehouse is told", async () => {
  const id = await shipped();
  const asked = (await ask(REQUEST, back(id, "8"))).return;
  const { data } = await stand.ask(RETURN, { id: asked.id });
  expect(data.return.blockers).toEqual([
    {
      code: "WAITING_FOR_APPROVAL",
      owner: "operator",
      message: "The distributor has not decided on it yet.",
    },
  ]);
  const given = { returnId: asked.id, note: "By phone.", idempotencyKey: "authorize-once" };
  const answer = await ask(AUTHORIZE, given, operator);
  expect(answer).toMatchObject({
    userErrors: [],
    replayed: false,
    command: { status: "SUCCEEDED" },
    return: {
      status: "AUTHORIZED",
      parcels: [{ number: `${asked.number}-1`, warehouse: "EAST", shipmentId: `sh-${id}` }],
    },
  });
  expect(await ask(AUTHORIZE, given, operator)).toMatchObject({ replayed: true });
  expect(await commandsOf(asked.id)).toEqual(["announce-1"]);
  const again = await ask(AUTHORIZE, { returnId: asked.id }, operator);
  expect(again.userErrors).toEqual([{ code: "INVALID_STATUS", field: ["returnId"] }]);
});

test("what the warehouse counts is told by line and lot, and what is accepted asks for its credit once", async () => {
  const id = await shipped();
  const asked = (await ask(REQUEST, back(id, "8"))).return;
  await ask(AUTHORIZE, { returnId: asked.id }, operator);
  const goods = (pieces: string, lot: string, disposition: "RESTOCK" | "SCRAP") => ({
    sku: parseSku("NG-1"),
    quantity: { value: parseDecimal(pieces), uom: EA },
    lot,
    disposition,
  });
  const report = {
    status: "INSPECTED" as const,
    goods: [goods("6", "L1", "RESTOCK"), goods("1", "L2", "SCRAP")],
  };
  const inspected = {
    kind: "parcelReported",
    parcel: 1,
    report,
    at: stand.clock.now(),
    source: "wms",
  } as const;
  await tell(asked.id, inspected, inspected);
  await tell(asked.id, inspected);
  expect(await commandsOf(asked.id)).toEqual(["announce-1", "credit-1"]);
  const { data } = await stand.ask(RETURN, { id: asked.id });
  expect(data.return).toMatchObject({
    status: "INSPECTED",
    lines: [
      {
        received: { value: "7", uom: "EA" },
        accepted: { value: "6" },
        goods: [
          { lot: "L1", disposition: "RESTOCK", quantity: { value: "6" } },
          { lot: "L2", disposition: "SCRAP", quantity: { value: "1" } },
        ],
        orderLine: { returned: { value: "7" } },
      },
    ],
  });
});

test("a lot that the buyer names is held against what left", async () => {
  const id = await shipped();
  const tooMany = await ask(REQUEST, back(id, "5", { lot: "L2" }));
  expect(tooMany.userErrors).toEqual([
    {
      code: "NOT_RETURNABLE",
      field: ["lines", "0", "quantity"],
      message: "Of what left for line 1 of lot L2 4 pieces can be returned, not 5.",
    },
  ]);
  expect((await ask(REQUEST, back(id, "4", { lot: "L2" }))).userErrors).toEqual([]);
  const other = await ask(REQUEST, back(id, "1", { shipmentId: "sh-other" }));
  expect(other.userErrors).toMatchObject([{ code: "NOT_RETURNABLE" }]);
});

test("below the amount of the policy nobody has to decide, and why is told; above it somebody has to", async () => {
  autoApprove = { below: parseDecimal("20"), withinDays: 30 };
  const id = await shipped();
  const small = (await ask(REQUEST, back(id, "1"))).return;
  expect(small.status).toBe("AUTHORIZED");
  expect(await commandsOf(small.id)).toEqual(["announce-1"]);
  const { data } = await stand.ask(RETURN, { id: small.id });
  expect(data.return.timeline.at(-1)).toMatchObject({
    type: "AUTHORIZED",
    note: expect.stringMatching(/is below 20\.00 USD/),
  });
  expect((await ask(REQUEST, back(id, "9"))).return.status).toBe("REQUESTED");
});

test("who does not agree says why; goods that nobody sends may be asked for again", async () => {
  const id = await shipped();
  const asked = (await ask(REQUEST, back(id, "10"))).return;
  expect((await ask(REQUEST, back(id, "1"))).userErrors).toMatchObject([
    { code: "NOT_RETURNABLE" },
  ]);
  const rejected = await ask(REJECT, { returnId: asked.id, reason: "Worn." }, operator);
  expect(rejected).toMatchObject({ userErrors: [], return: { status: "REJECTED" } });
  expect(rejected.return.timeline.at(-1)).toEqual({ type: "REJECTED", note: "Worn." });
  expect((await ask(REQUEST, back(id, "10"))).userErrors).toEqual([]);
});

test("a buyer takes a return back: the warehouse is asked to forget it when it knows of it, and not after it has it", async () => {
  const id = await shipped();
  const asked = (await ask(REQUEST, back(id, "2"))).return;
  await ask(AUTHORIZE, { returnId: asked.id }, operator);
  const stamp = { at: stand.clock.now(), source: "wms" };
  await tell(asked.id, { kind: "announced", parcel: 1, ...stamp });
  const cancelled = await ask(CANCEL, { returnId: asked.id, reason: "We keep them." });
  expect(cancelled).toMatchObject({ userErrors: [], return: { status: "AUTHORIZED" } });
  expect(await commandsOf(asked.id)).toEqual(["announce-1", expect.stringMatching(/^withdraw-1:/)]);
  await tell(asked.id, { kind: "withdrawn", parcel: 1, ...stamp });
  expect((await stand.ask(RETURN, { id: asked.id })).data.return.status).toBe("CANCELLED");

  const second = (await ask(REQUEST, back(id, "2"))).return;
  await ask(AUTHORIZE, { returnId: second.id }, operator);
  const report = { status: "ARRIVED" as const, goods: [] };
  await tell(second.id, { kind: "parcelReported", parcel: 1, report, ...stamp });
  const late = await ask(CANCEL, { returnId: second.id, reason: "We keep them." });
  expect(late.userErrors).toEqual([{ code: "INVALID_STATUS" }]);
});

test("another account's return reads like none; a buyer decides on none; bad words are told", async () => {
  const id = await shipped();
  const asked = (await ask(REQUEST, back(id, "1"))).return;
  const given = { returnId: asked.id, reason: "No." };
  expect((await ask(CANCEL, given, summit)).userErrors).toEqual([{ code: "UNKNOWN_RETURN" }]);
  expect((await ask(CANCEL, { ...given, returnId: "nobody" })).userErrors).toEqual([
    { code: "UNKNOWN_RETURN" },
  ]);
  expect((await ask(REJECT, given)).codes).toEqual(["FORBIDDEN"]);
  expect((await ask(AUTHORIZE, { returnId: asked.id })).codes).toEqual(["FORBIDDEN"]);
  expect((await ask(CANCEL, { ...given, reason: " " })).userErrors).toEqual([
    { code: "INVALID_VALUE" },
  ]);
});
