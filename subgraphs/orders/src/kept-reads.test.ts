import {
  parseOrderNumber,
  parseShipmentId,
  type OrderId,
  type OrderToCashEvent,
} from "@crossdock/domain";
import { openStand, operator, portal, summit, type Stand } from "./testing/stand.ts";
import { sourceOrder, usd } from "./testing/systems.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

let stand: Stand;
beforeAll(async () => {
  stand = await openStand({ keepsReads: true });
});
afterAll(() => stand.close());
/** Whatever was read before is too old to be shown. */
beforeEach(() => {
  stand.clock.advance(5 * HOUR);
  stand.systems.down.clear();
});

const SUBMIT = `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id } } }`;
const SHOWN = "total { amount } provenance { source asOf freshness }";
const PRICE = `query ($id: ID) { _entities(representations: [{ __typename: "Product", id: "NG-1" }]) {
  ... on Product { price(customerId: $id, quantity: "10") { unitPrice { amount } } } } }`;

let keys = 0;
const nextKey = () => `kept-${String((keys += 1))}`;

/** One of ours that the ERP has under a number, with a total. */
async function place(total: string): Promise<OrderId> {
  const lines = [{ sku: "NG-1", quantity: "10" }];
  const input = { idempotencyKey: nextKey(), customerId: "C10010", lines };
  const { id } = (await stand.ask(SUBMIT, { input })).data.submitOrder.order;
  inErp(id, total);
  await happens(id, { kind: "orderCreated", number: numberOf(id), ...stamp() });
  return id;
}

function inErp(id: OrderId, total: string): void {
  const number = numberOf(id);
  const key = id as string as NonNullable<ReturnType<typeof sourceOrder>["key"]>;
  stand.systems.orders.set(number, sourceOrder(number, { key, total: usd(total) }));
}

const numberOf = (id: OrderId) => parseOrderNumber(`SO-${id}`);
const stamp = () => ({ at: stand.clock.now(), source: "erp" });
const happens = (orderId: OrderId, event: OrderToCashEvent) =>
  stand.ledger.transaction((trx) =>
    stand.process.apply(trx, [{ orderId, event }], [], { correlationId: "c", causationId: null }),
  );
const released = (id: OrderId): OrderToCashEvent => ({
  kind: "shipmentProgressed",
  shipment: {
    id: parseShipmentId(`sh-${id}`),
    number: `W-${id}`,
    status: "RELEASED",
    lines: [],
    problem: null,
    milestones: [],
  },
  ...stamp(),
});
const show = async (id: OrderId) =>
  (await stand.ask(`{ order(id: "${id}") { ${SHOWN} } }`)).data.order;

test("an order tells whether it was asked for, kept, or is what was known before the ERP went away", async () => {
  const id = await place("12.00");
  const asOf = stand.clock.now();
  const kept = { total: { amount: "12.00" }, provenance: { source: "erp", asOf } };
  expect(await show(id)).toMatchObject({ ...kept, provenance: { asOf, freshness: "LIVE" } });
  stand.clock.advance(5 * SECOND);
  expect(await show(id)).toMatchObject({ ...kept, provenance: { asOf, freshness: "CACHED" } });
  expect(stand.systems.calls).toEqual([]);
  stand.clock.advance(15 * MINUTE);
  stand.systems.down.add("erp");
  expect(await show(id)).toMatchObject({ ...kept, provenance: { asOf, freshness: "STALE" } });
});

test("whoever has an event of an order is not shown the order as it was before", async () => {
  const id = await place("12.00");
  const watch = `subscription { orderChanged(orderIds: ["${id}"]) { cursor order { ${SHOWN} } } }`;
  const events = await stand.follow(watch, portal, AbortSignal.timeout(15_000));
  const next = events.next();
  expect((await show(id)).total.amount).toBe("12.00");
  inErp(id, "13.00");
  expect((await show(id)).total.amount).toBe("12.00");
  await happens(id, released(id));
  expect((await next).value.data.orderChanged.order.total.amount).toBe("13.00");
  expect((await show(id)).total.amount).toBe("13.00");
  await events.return?.();
});

test("nobody is shown another account's price, in whatever order they ask", async () => {
  const priceFor = async (viewer: typeof portal, id: string | null) => {
    const { data } = await stand.ask(PRICE, { id }, viewer);
    return data._entities[0].price?.unitPrice.amount ?? null;
  };
  for (let round = 0; round < 2; round += 1) {
    expect(await priceFor(portal, null)).toBe("3.50");
    expect(await priceFor(summit, null)).toBe("4.00");
    expect(await priceFor(operator, null)).toBe("4.00");
    expect(await priceFor(operator, "C10010")).toBe("3.50");
    expect(await priceFor(summit, "C10010")).toBeNull();
  }
  expect(stand.systems.calls).toEqual([]);
});
