import {
  parseCurrencyCode,
  parseCustomerNumber,
  parseDecimal,
  parseInstant,
  parseLocalDate,
  parseOrderNumber,
  parseShipmentId,
  parseSku,
  parseUomCode,
  parseWarehouseCode,
  quantity,
  type OrderStatus,
  type Shipment,
  type SourceOrder,
} from "@crossdock/domain";
import {
  allEvents,
  createEventLog,
  encodeCursor,
  shipmentProgressed,
  type EventLog,
} from "@crossdock/events";
import { openTestLedger, type TestLedger } from "@crossdock/ledger/testing";
import {
  createOrderBook,
  createShipmentBook,
  saveShipments,
  saveSourceOrders,
} from "@crossdock/processes";
import { createFixedClock, createLogger } from "@crossdock/runtime";
import { SourceUnavailableError } from "@crossdock/source-contract";
import { askerOf, codesOf, dataOf, viewerOf, type Asker } from "@crossdock/subgraph-kit/testing";
import { createShipmentsSubgraph } from "./index.ts";

const EA = parseUomCode("EA");
const clock = createFixedClock("2026-11-21T12:00:00Z");
const logger = createLogger({ name: "test", level: "silent" });
const seenAt = parseInstant("2026-11-21T10:00:00Z");
const ORDERS = 50;

const operator = viewerOf("operator", "all");
const buyer = viewerOf("portal", ["C10010"]);
const stranger = viewerOf("portal", ["C10020"]);

let opened: TestLedger;
let eventLog: EventLog;
let asker: Asker;
/** What the warehouse system has now; the book has seen most of it. */
const warehouse = new Map<string, Shipment>();
const calls: string[] = [];
let isWarehouseDown = false;

function orderNumberOf(index: number) {
  return parseOrderNumber(`SO-${String(1_000 + index)}`);
}

function shipmentOf(id: string, orders: readonly number[], more: Partial<Shipment> = {}): Shipment {
  return {
    id: parseShipmentId(id),
    number: `S-${id}`,
    orderNumbers: orders.map(orderNumberOf),
    warehouse: parseWarehouseCode("EAST"),
    status: "SHIPPED",
    carrier: { scac: "UPSN", name: "UPS", service: "Ground" },
    trackingNumber: `1Z${id}`,
    trackingUrl: null,
    shipTo: null,
    lines: orders.map((order) => ({
      orderNumber: orderNumberOf(order),
      lineNumber: 1,
      sku: parseSku("NG-10001"),
      quantity: quantity(parseDecimal("2"), EA),
      lot: null,
      serials: [],
    })),
    packages: [],
    milestones: [
      { type: "RELEASED", at: parseInstant("2026-11-20T08:00:00Z"), source: "wms", note: null },
    ],
    shippedAt: parseInstant("2026-11-20T12:00:00Z"),
    estimatedDeliveryAt: null,
    deliveredAt: null,
    problem: null,
    modifiedAt: parseInstant("2026-11-20T12:00:00Z"),
    ...more,
  };
}

function orderOf(index: number, customer: string, status: OrderStatus = "SHIPPED"): SourceOrder {
  const zero = { amount: parseDecimal("0"), currency: parseCurrencyCode("USD") };
  return {
    number: orderNumberOf(index),
    key: null,
    customerNumber: parseCustomerNumber(customer),
    customerReference: null,
    status,
    orderedOn: parseLocalDate("2026-11-19"),
    requestedDeliveryOn: null,
    shipTo: null,
    warehouse: null,
    subtotal: zero,
    tax: zero,
    total: zero,
    lines: [],
    modifiedAt: seenAt,
  };
}

beforeAll(async () => {
  opened = await openTestLedger();
  const { ledger } = opened;
  eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  const orders = [
    ...Array.from({ length: ORDERS }, (_, index) => orderOf(index, "C10010")),
    orderOf(900, "C10020"),
    orderOf(901, "C10010", "CONFIRMED"),
    orderOf(902, "C10010"),
  ];
  const seen = [
    ...Array.from({ length: ORDERS }, (_, index) => shipmentOf(`W${String(index)}`, [index])),
    shipmentOf("W-BOTH", [0, 1], {
      status: "PACKED",
      trackingNumber: null,
      warehouse: parseWarehouseCode("WEST"),
    }),
    shipmentOf("W-OTHER", [900]),
    shipmentOf("W-GONE", [2], { modifiedAt: parseInstant("2026-11-19T12:00:00Z") }),
  ];
  await ledger.transaction(async (trx) => {
    await saveSourceOrders(trx, orders, seenAt);
    const owned = seen.map((shipment) => ({
      shipment,
      customerNumber: parseCustomerNumber(shipment.id === "W-OTHER" ? "C10020" : "C10010"),
    }));
    await saveShipments(trx, owned, seenAt);
  });
  for (const shipment of seen) warehouse.set(shipment.id, shipment);
  // Since the book looked: one delivered, one vanished, one new, one reported backwards.
  warehouse.delete("W-GONE");
  const deliveredAt = parseInstant("2026-11-21T11:00:00Z");
  warehouse.set(
    "W0",
    shipmentOf("W0", [0], { status: "DELIVERED", deliveredAt, modifiedAt: deliveredAt }),
  );
  warehouse.set("W1", shipmentOf("W1", [1], { status: "PICKING", trackingNumber: null }));
  warehouse.set(
    "W-NEW",
    shipmentOf("W-NEW", [900], { status: "EXCEPTION", problem: "Carton lost" }),
  );

  const called = (operation: string, keys: number) => {
    calls.push(`${operation}(${String(keys)})`);
    if (isWarehouseDown) throw new SourceUnavailableError("wms", operation, "connect refused");
  };
  asker = askerOf(
    createShipmentsSubgraph({
      clock,
      logger,
      eventLog,
      orderBook: createOrderBook(ledger),
      shipmentBook: createShipmentBook(ledger),
      wms: {
        name: "wms",
        shipments: {
          readShipments: async (ids) => {
            called("readShipments", ids.length);
            return ids.map((id) => warehouse.get(id) ?? null);
          },
          readShipmentsOfOrders: async (numbers) => {
            called("readShipmentsOfOrders", numbers.length);
            return numbers.map((number) =>
              [...warehouse.values()].filter(({ orderNumbers }) => orderNumbers.includes(number)),
            );
          },
        },
      },
    }),
  );
}, 30_000);

beforeEach(() => {
  calls.length = 0;
  isWarehouseDown = false;
});
afterAll(async () => {
  await eventLog.close();
  await opened.close();
});

const ONE = `query($id: ID, $number: String, $tracking: String) {
  shipment(id: $id, number: $number, trackingNumber: $tracking) {
    id number status trackingNumber deliveredAt orders { id } warehouse { id }
    carrier { scac } lines { orderLine { id } product { id } quantity { value uom } }
    blockers { code message owner } postings { source state documentNumber }
    provenance { source asOf freshness } } }`;

test("a shipment is what the warehouse says now, found by id, number or tracking number", async () => {
  for (const name of [{ id: "W0" }, { number: "S-W0" }, { tracking: "1ZW0" }]) {
    expect(dataOf(await asker.ask(ONE, buyer, name)).shipment).toEqual({
      id: "W0",
      number: "S-W0",
      status: "DELIVERED",
      trackingNumber: "1ZW0",
      deliveredAt: "2026-11-21T11:00:00.000Z",
      orders: [{ id: "erp-SO-1000" }],
      warehouse: { id: "EAST" },
      carrier: { scac: "UPSN" },
      lines: [
        {
          orderLine: { id: "erp-SO-1000/1" },
          product: { id: "NG-10001" },
          quantity: { value: "2", uom: "EA" },
        },
      ],
      blockers: [],
      postings: [{ source: "wms", state: "POSTED", documentNumber: "S-W0" }],
      provenance: { source: "wms", asOf: clock.now(), freshness: "LIVE" },
    });
  }
  expect(codesOf(await asker.ask(ONE, buyer))).toEqual(["BAD_USER_INPUT"]);
});

test("a shipment never goes back, and what was known of it is not forgotten", async () => {
  const { shipment } = dataOf(await asker.ask(ONE, buyer, { id: "W1" }));
  expect(shipment).toMatchObject({ status: "SHIPPED", trackingNumber: "1ZW1" });
});

test("another account's shipment reads like one that does not exist", async () => {
  const names = [{ id: "W0" }, { number: "S-W0" }, { tracking: "1ZW0" }];
  const unknown = await asker.ask(ONE, stranger, { id: "NOWHERE" });
  expect(dataOf(unknown).shipment).toBeNull();
  for (const name of [...names, { id: "<script>" }, { number: "" }]) {
    expect(await asker.ask(ONE, stranger, name)).toEqual(unknown);
  }
  // Not in the book yet: its order says whose it is.
  expect(dataOf(await asker.ask(ONE, buyer, { id: "W-NEW" })).shipment).toBeNull();
  expect(dataOf(await asker.ask(ONE, stranger, { id: "W-NEW" })).shipment.blockers).toEqual([
    { code: "WAREHOUSE_EXCEPTION", message: "Carton lost", owner: "warehouse" },
  ]);
});

test("entities of another account are null, like unknown ones", async () => {
  const representations = [
    { __typename: "Shipment", id: "W0" },
    { __typename: "Shipment", id: "NOWHERE" },
    { __typename: "Order", id: "erp-SO-1000" },
    { __typename: "Order", id: "not an order" },
    { __typename: "OrderLine", id: "erp-SO-1000/1" },
    { __typename: "OrderLine", id: "rubbish" },
  ];
  const selection = "... on Shipment { id } ... on Order { id } ... on OrderLine { id }";
  const foreign = dataOf(await asker.entities(selection, representations, stranger));
  expect(foreign._entities).toEqual([null, null, null, null, null, null]);
  const own = dataOf(await asker.entities(selection, representations, buyer));
  expect(own._entities).toEqual([
    { id: "W0" },
    null,
    { id: "erp-SO-1000" },
    null,
    { id: "erp-SO-1000/1" },
    null,
  ]);
  expect(codesOf(await asker.entities(selection, representations, null))).toEqual([
    "UNAUTHENTICATED",
  ]);
});

test("the shipments of 50 orders and their lines are one call to the warehouse", async () => {
  const representations = Array.from({ length: ORDERS }, (_, index) => [
    { __typename: "Order", id: `erp-SO-${String(1_000 + index)}` },
    { __typename: "OrderLine", id: `erp-SO-${String(1_000 + index)}/1` },
  ]).flat();
  const result = await asker.entities(
    `... on Order { shipments { id status orders { id } lines { orderLine { id } } provenance { freshness } } }
     ... on OrderLine { shipmentLines { quantity { value } } }`,
    representations,
    buyer,
  );
  const [first, firstLine, , , third] = dataOf(result)._entities;
  expect(first.shipments.map(({ id }: { id: string }) => id)).toEqual(["W0", "W-BOTH"]);
  expect(first.shipments[1].orders).toEqual([{ id: "erp-SO-1000" }, { id: "erp-SO-1001" }]);
  expect(firstLine.shipmentLines).toHaveLength(2);
  // The warehouse forgot one that the book has: it is told as it was seen.
  expect(third.shipments).toMatchObject([
    { id: "W-GONE", provenance: { freshness: "STALE" } },
    { id: "W2", provenance: { freshness: "LIVE" } },
  ]);
  expect(calls).toEqual([`readShipmentsOfOrders(${String(ORDERS)})`]);
});

test("while the warehouse is down the book answers, and says so", async () => {
  isWarehouseDown = true;
  const { shipment } = dataOf(await asker.ask(ONE, buyer, { id: "W0" }));
  expect(shipment).toMatchObject({
    status: "SHIPPED",
    provenance: { source: "wms", asOf: seenAt, freshness: "STALE" },
  });
  expect(codesOf(await asker.ask(ONE, stranger, { id: "W-NEW" }))).toEqual(["SOURCE_UNAVAILABLE"]);
  const orders = await asker.entities(
    "... on Order { shipments { id } }",
    ["SO-1000", "SO-1901", "SO-1902"].map((number) => ({
      __typename: "Order",
      id: `erp-${number}`,
    })),
    buyer,
  );
  // Nothing was sent of the second; what was sent of the third only the warehouse knows.
  expect(JSON.parse(JSON.stringify(orders.data))._entities).toEqual([
    { shipments: [{ id: "W-BOTH" }, { id: "W0" }] },
    { shipments: [] },
    null,
  ]);
  expect(codesOf(orders)).toEqual(["SOURCE_UNAVAILABLE"]);
});

const LIST = `query($filter: ShipmentFilter, $first: Int, $after: String) {
  shipments(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id status } } } }`;

test("a list is paged by the book and told by the warehouse in one call a page", async () => {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    calls.length = 0;
    const { shipments } = dataOf(await asker.ask(LIST, buyer, { first: 20, after }));
    expect(shipments.totalCount).toBe(ORDERS + 2);
    ids.push(...shipments.edges.map(({ node }: { node: { id: string } }) => node.id));
    expect(calls).toEqual([`readShipments(${String(shipments.edges.length)})`]);
    after = shipments.pageInfo.hasNextPage ? shipments.pageInfo.endCursor : null;
  } while (after !== null);
  expect(new Set(ids).size).toBe(ORDERS + 2);
  expect(ids).not.toContain("W-OTHER");
});

test("filters narrow a list, and never to another account", async () => {
  const cases: [object, readonly string[]][] = [
    [{ orderId: "erp-SO-1000" }, ["W-BOTH", "W0"]],
    [{ orderId: "erp-SO-1900" }, []],
    [{ orderId: "erp-SO-7777" }, []],
    [{ customerId: "C10020" }, []],
    [{ warehouse: "WEST" }, ["W-BOTH"]],
    [{ status: ["PACKED"], customerId: "C10010" }, ["W-BOTH"]],
    [{ shippedFrom: "2026-11-21T00:00:00Z" }, []],
    [{ shippedTo: "2026-11-21T00:00:00Z", orderId: "erp-SO-1003" }, ["W3"]],
  ];
  for (const [filter, expected] of cases) {
    const { shipments } = dataOf(await asker.ask(LIST, buyer, { filter, first: 10 }));
    expect(shipments.edges.map(({ node }: { node: { id: string } }) => node.id).sort()).toEqual(
      [...expected].sort(),
    );
    expect(shipments.totalCount).toBe(expected.length);
  }
  for (const filter of [{ orderId: "?" }, { customerId: "" }, { warehouse: "<>" }]) {
    expect(codesOf(await asker.ask(LIST, buyer, { filter }))).toEqual(["BAD_USER_INPUT"]);
  }
});

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
  await opened.ledger.transaction((trx) => eventLog.append(trx, [event], trace));
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
  const stream = await asker.follow(FOLLOW, buyer, { after: start });
  const [first, second] = await take(stream, 2);
  expect(first).toMatchObject({ type: "SHIPPED", shipment: { id: "W5" } });
  expect(second).toMatchObject({ type: "DELIVERED", shipment: { id: "W6" } });
  await append("W7", 7, "C10010", "IN_TRANSIT");
  expect((await take(stream, 1))[0]).toMatchObject({ type: "IN_TRANSIT", shipment: { id: "W7" } });
  await stream.return?.();

  const again = await asker.follow(FOLLOW, buyer, { after: first?.cursor });
  expect((await take(again, 2)).map(({ shipment }) => shipment.id)).toEqual(["W6", "W7"]);
  await again.return?.();
  expect(calls).toEqual([]);
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
    const stream = await asker.follow(FOLLOW, operator, { ...variables, after });
    expect((await take(stream, 1))[0]?.shipment.id).toBe(expected);
    await stream.return?.();
  }
});

test("each event shows its shipment anew", async () => {
  const after = await endOfLog();
  await append("W20", 20, "C10010", "SHIPPED");
  const stream = await asker.follow(FOLLOW, buyer, { after });
  expect((await take(stream, 1))[0]?.shipment.status).toBe("SHIPPED");
  const moved = shipmentOf("W20", [20], { status: "DELIVERED" });
  await opened.ledger.transaction((trx) =>
    saveShipments(
      trx,
      [{ shipment: moved, customerNumber: parseCustomerNumber("C10010") }],
      seenAt,
    ),
  );
  await append("W20", 20, "C10010", "DELIVERED");
  expect((await take(stream, 1))[0]?.shipment.status).toBe("DELIVERED");
  await stream.return?.();
});

test("a subscriber that leaves while nothing happens is let go", async () => {
  const stream = await asker.follow(FOLLOW, buyer);
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
    await expect(asker.follow(FOLLOW, viewer, variables)).rejects.toMatchObject({
      extensions: { code },
    });
  }
});

/** A cursor after everything that has happened so far. */
async function endOfLog() {
  return encodeCursor(await eventLog.head());
}
