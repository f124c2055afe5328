import {
  parseDecimal,
  parseInvoiceId,
  parseInvoiceNumber,
  parseOrderKey,
  parseOrderNumber,
  parseShipmentId,
  type OrderId,
  type OrderToCashEvent,
  type ShipmentStatus,
} from "@crossdock/domain";
import { openStand, operator, portal, summit, type Answer, type Stand } from "./testing/stand.ts";
import { EA, sourceOrder, usd } from "./testing/systems.ts";

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
});
afterAll(() => stand.close());

let keys = 0;
async function place(customerId = "C10010", viewer = portal): Promise<OrderId> {
  const input = {
    idempotencyKey: `progress-${String((keys += 1))}`,
    customerId,
    lines: [
      { sku: "NG-1", quantity: "10" },
      { sku: "NG-2", quantity: "4" },
    ],
  };
  const { data } = await stand.ask(
    `mutation ($input: SubmitOrderInput!) { submitOrder(input: $input) { order { id } } }`,
    { input },
    viewer,
  );
  return data.submitOrder.order.id;
}

type Happened = OrderToCashEvent extends infer Event
  ? Event extends OrderToCashEvent
    ? Omit<Event, "at" | "source">
    : never
  : never;

/** Time moves on by ten seconds, and then it happens. */
async function happens(orderId: OrderId, happened: Happened, source = "erp"): Promise<void> {
  stand.clock.advance(10_000);
  const event = { ...happened, at: stand.clock.now(), source } as OrderToCashEvent;
  const trace = { correlationId: "c", causationId: null };
  await stand.ledger.transaction((trx) =>
    stand.process.apply(trx, [{ orderId, event }], [], trace),
  );
}

const created = (id: OrderId) =>
  ({ kind: "orderCreated", number: parseOrderNumber(`SO-${id}`) }) as const;
const shipment = (id: OrderId, status: ShipmentStatus, counts: readonly [string, string]) => ({
  id: parseShipmentId(`sh-${id}`),
  number: `W-${id}`,
  status,
  lines: counts.map((value, at) => ({
    lineNumber: at + 1,
    quantity: { value: parseDecimal(value), uom: EA },
  })),
  problem: status === "EXCEPTION" ? "A pallet fell over." : null,
  milestones: [],
});

async function look(id: OrderId): Promise<Answer["data"]> {
  const { data, codes } = await stand.ask(
    `query ($id: ID) { order(id: $id) { number status
      lines { allocated { value } shipped { value } backordered { value } invoiced { value } }
      holds { code reason since } blockers { code message owner since } timeline { type source }
      postings { source state documentNumber postedAt lagSeconds } provenance { source freshness } } }`,
    { id },
  );
  expect(codes).toEqual([]);
  return data.order;
}

describe("while an order goes from desk to bill", () => {
  let id: OrderId;
  beforeAll(async () => {
    id = await place();
  });

  test("nothing stands in its way at first, and then the ERP that does not create it", async () => {
    expect((await look(id)).blockers).toEqual([]);
    stand.clock.advance(5_000);
    expect(await look(id)).toMatchObject({
      status: "SUBMITTED",
      blockers: [{ code: "WAITING_FOR_ERP", owner: "source" }],
      postings: [
        { source: "erp", state: "PENDING", documentNumber: null, lagSeconds: 5 },
        { source: "wms", state: "PENDING", lagSeconds: null },
        { source: "finance", state: "PENDING", lagSeconds: null },
      ],
      provenance: { source: "crossdock", freshness: "LIVE" },
    });
  });

  test("it has its number, and waits for the warehouse", async () => {
    await happens(id, created(id));
    stand.clock.advance(5_000);
    expect(await look(id)).toMatchObject({
      number: `SO-${id}`,
      status: "CONFIRMED",
      blockers: [{ code: "WAITING_FOR_WAREHOUSE", owner: "source" }],
      postings: [
        { source: "erp", state: "POSTED", documentNumber: `SO-${id}`, lagSeconds: 15 },
        { source: "wms", state: "PENDING", lagSeconds: 5 },
        { source: "finance", state: "PENDING" },
      ],
    });
  });

  test("what the warehouse has not set aside waits for stock, line by line", async () => {
    const shipments = [shipment(id, "RELEASED", ["10", "1"])];
    await happens(id, { kind: "releaseCreated", release: 1, shipments }, "wms");
    const order = await look(id);
    expect(order).toMatchObject({
      status: "BACKORDERED",
      lines: [
        { allocated: { value: "10" }, backordered: { value: "0" } },
        { allocated: { value: "1" }, backordered: { value: "3" } },
      ],
      blockers: [
        {
          code: "WAITING_FOR_STOCK",
          owner: "warehouse",
          message: "Line 2: 3 EA of NG-2 wait for stock.",
        },
      ],
    });
    expect(order.postings[1]).toMatchObject({
      source: "wms",
      state: "POSTED",
      documentNumber: `W-${id}`,
      lagSeconds: 15,
    });
  });

  test("a problem in the warehouse is a hold with an owner, until it is solved", async () => {
    const broken = shipment(id, "EXCEPTION", ["10", "4"]);
    await happens(id, { kind: "shipmentProgressed", shipment: broken }, "wms");
    expect(await look(id)).toMatchObject({
      holds: [{ code: "WAREHOUSE_EXCEPTION", reason: "A pallet fell over." }],
      blockers: [{ code: "WAREHOUSE_EXCEPTION", owner: "warehouse" }],
    });
    const packed = shipment(id, "PACKED", ["10", "4"]);
    await happens(id, { kind: "shipmentProgressed", shipment: packed }, "wms");
    expect(await look(id)).toMatchObject({ holds: [], blockers: [], status: "PICKING" });
  });

  test("shipped, its bill is asked for, and missed when it does not come", async () => {
    const shipped = shipment(id, "SHIPPED", ["10", "4"]);
    await happens(id, { kind: "shipmentProgressed", shipment: shipped }, "wms");
    stand.clock.advance(5_000);
    const order = await look(id);
    expect(order).toMatchObject({
      status: "SHIPPED",
      lines: [{ shipped: { value: "10" } }, { shipped: { value: "4" } }],
      blockers: [{ code: "WAITING_FOR_INVOICE", owner: "finance" }],
    });
    expect(order.postings[2]).toMatchObject({
      source: "finance",
      state: "PENDING",
      documentNumber: null,
      lagSeconds: 5,
    });
  });

  test("billed, nothing stands in its way, and the timeline tells it all", async () => {
    const number = parseInvoiceNumber(`SO-${id}-1`);
    const invoice = {
      number,
      id: parseInvoiceId(`i-${id}`),
      status: "POSTED",
      total: usd("75"),
    } as const;
    await happens(id, { kind: "invoiceChanged", invoice }, "finance");
    const order = await look(id);
    expect(order).toMatchObject({
      status: "INVOICED",
      lines: [{ invoiced: { value: "10" } }, { invoiced: { value: "4" } }],
      blockers: [],
    });
    expect(order.postings[2]).toMatchObject({ state: "POSTED", documentNumber: number });
    expect(order.timeline.map(({ type }: { type: string }) => type)).toEqual([
      "SUBMITTED",
      "CONFIRMED",
      "ALLOCATED",
      "EXCEPTION",
      "PACKED",
      "SHIPPED",
      "INVOICED",
    ]);
  });
});

test("the ERP's refusal is the order's end, with its reason and who can help", async () => {
  const id = await place();
  await happens(id, { kind: "orderRefused", code: "CREDIT_EXCEEDED", message: "No credit left." });
  expect(await look(id)).toMatchObject({
    status: "REJECTED",
    holds: [{ code: "CREDIT_EXCEEDED", reason: "No credit left." }],
    blockers: [{ code: "CREDIT_EXCEEDED", message: "No credit left.", owner: "finance" }],
    postings: [{ source: "erp", state: "REFUSED" }],
  });
});

test("a step that nobody tries any more is told once, by its hold", async () => {
  const id = await place();
  const failed = { step: "createOrder", code: "IN_DOUBT", message: "Nobody knows." } as const;
  await happens(id, { kind: "stepFailed", ...failed });
  const order = await look(id);
  expect(order.status).toBe("ON_HOLD");
  expect(order.holds).toMatchObject([{ code: "IN_DOUBT" }]);
  expect(order.blockers).toMatchObject([{ code: "IN_DOUBT", owner: "operator" }]);
});

test("goods and prices come from the ERP once it has the order, progress from the process", async () => {
  const id = await place();
  await happens(id, created(id));
  const inErp = sourceOrder(`SO-${id}`, { key: parseOrderKey(id) });
  stand.systems.orders.set(inErp.number, inErp);
  const { data } = await stand.ask(
    `query ($id: ID) { order(id: $id) { tax { amount } total { amount } provenance { source }
      lines { ordered { value } shipped { value } priceBasis } } }`,
    { id },
  );
  expect(data.order).toEqual({
    tax: { amount: "2.15" },
    total: { amount: "30.15" },
    provenance: { source: "erp" },
    lines: [
      { ordered: { value: "2" }, shipped: { value: "0" }, priceBasis: "CONTRACT" },
      { ordered: { value: "2" }, shipped: { value: "0" }, priceBasis: "LIST" },
    ],
  });
});

test("an order of ours is served from its draft while the ERP does not answer", async () => {
  const id = await place();
  await happens(id, created(id));
  stand.systems.down.add("erp");
  const { data, codes } = await stand.ask(
    `query ($id: ID) { order(id: $id) { total { amount } tax { amount } provenance { source freshness } } }`,
    { id },
  );
  stand.systems.down.clear();
  expect(codes).toEqual([]);
  expect(data.order).toEqual({
    total: { amount: "75.00" },
    tax: null,
    provenance: { source: "erp", freshness: "STALE" },
  });
});

describe("a subscriber", () => {
  const WATCH = (args: string) =>
    `subscription { orderChanged${args} { cursor type occurredAt order { id number status } } }`;
  const take = async (stream: AsyncIterator<Answer>, count: number) => {
    const taken: Answer["data"][] = [];
    while (taken.length < count) taken.push((await stream.next()).value.data.orderChanged);
    return taken;
  };

  test("is told every change of an order once and in order, also of the past", async () => {
    const id = await place();
    const all = await stand.follow(
      WATCH(`(orderIds: ["${id}"], after: "${Buffer.from("e1:0").toString("base64url")}")`),
      portal,
      AbortSignal.timeout(15_000),
    );
    const [first] = await take(all, 1);
    expect(first).toMatchObject({ type: "SUBMITTED", order: { id, status: "SUBMITTED" } });
    await happens(id, created(id));
    const [second] = await take(all, 1);
    // Read anew for each event: not what was loaded for the first one.
    expect(second).toMatchObject({
      type: "CONFIRMED",
      order: { id, number: `SO-${id}`, status: "CONFIRMED" },
    });
    await all.return?.();
    const rest = await stand.follow(
      WATCH(`(orderIds: ["${id}"], after: "${String(first.cursor)}")`),
      portal,
      AbortSignal.timeout(15_000),
    );
    expect((await take(rest, 1))[0]).toEqual(second);
    await rest.return?.();
  });

  test("is told nothing of another account, also when it names the order", async () => {
    const start = Buffer.from("e1:0").toString("base64url");
    const theirs = await place();
    const named = await stand.follow(
      WATCH(`(orderIds: ["${theirs}"], after: "${start}")`),
      summit,
      AbortSignal.timeout(15_000),
    );
    const silence = named.next();
    const all = await stand.follow(
      WATCH(`(after: "${start}")`),
      summit,
      AbortSignal.timeout(15_000),
    );
    const own = await place("C10020", operator);
    expect((await take(all, 1))[0].order.id).toBe(own);
    await Promise.all([all.return?.(), named.return?.()]);
    expect((await silence).done).toBe(true);
  });

  test("may narrow to one account", async () => {
    const start = Buffer.from("e1:0").toString("base64url");
    const own = await place("C10020", operator);
    const stream = await stand.follow(
      WATCH(`(customerId: "C10020", orderIds: ["${await place()}", "${own}"], after: "${start}")`),
      operator,
      AbortSignal.timeout(15_000),
    );
    expect((await take(stream, 1))[0].order.id).toBe(own);
    await stream.return?.();
  });

  test("with a made-up cursor is refused", async () => {
    const opening = stand.follow(WATCH('(after: "x")'), portal, AbortSignal.timeout(15_000));
    await expect(opening).rejects.toThrow("BAD_USER_INPUT");
  });
});
