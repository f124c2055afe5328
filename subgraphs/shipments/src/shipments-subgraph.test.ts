import { parseCustomerNumber, parseInstant, type OrderId } from "@crossdock/domain";
import { createOrderBook } from "@crossdock/processes";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { NOW, openShipmentBooks, ORDERS, type ShipmentBooks } from "./testing/books.ts";
import { SEEN_AT } from "./testing/documents.ts";

const buyer = viewerOf("portal", ["C10010"]);
const stranger = viewerOf("portal", ["C10020"]);
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

const ONE = `query($id: ID, $number: String, $tracking: String) {
  shipment(id: $id, number: $number, trackingNumber: $tracking) {
    id number status trackingNumber deliveredAt orders { id } warehouse { id }
    carrier { scac } lines { orderLine { id } product { id } quantity { value uom } }
    blockers { code message owner } postings { source state documentNumber }
    provenance { source asOf freshness } } }`;

test("a shipment is what the warehouse says now, found by id, number or tracking number", async () => {
  const names = [{ id: "W0" }, { number: "S-W0" }, { tracking: "1ZW0" }];
  for (const [at, name] of names.entries()) {
    expect(dataOf(await books.asker.ask(ONE, buyer, name)).shipment).toEqual({
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
      provenance: { source: "wms", asOf: NOW, freshness: at === 0 ? "LIVE" : "CACHED" },
    });
  }
  expect(books.calls).toEqual(["readShipments(1)"]);
  expect(codesOf(await books.asker.ask(ONE, buyer))).toEqual(["BAD_USER_INPUT"]);
});

test("a shipment never goes back, and what was known of it is not forgotten", async () => {
  const { shipment } = dataOf(await books.asker.ask(ONE, buyer, { id: "W1" }));
  expect(shipment).toMatchObject({ status: "SHIPPED", trackingNumber: "1ZW1" });
});

test("another account's shipment reads like one that does not exist", async () => {
  const names = [{ id: "W0" }, { number: "S-W0" }, { tracking: "1ZW0" }];
  const unknown = await books.asker.ask(ONE, stranger, { id: "NOWHERE" });
  expect(dataOf(unknown).shipment).toBeNull();
  for (const name of [...names, { id: "<script>" }, { number: "" }]) {
    expect(await books.asker.ask(ONE, stranger, name)).toEqual(unknown);
  }
  // Not in the book yet: its order says whose it is.
  expect(dataOf(await books.asker.ask(ONE, buyer, { id: "W-NEW" })).shipment).toBeNull();
  expect(dataOf(await books.asker.ask(ONE, stranger, { id: "W-NEW" })).shipment.blockers).toEqual([
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
  const foreign = dataOf(await books.asker.entities(selection, representations, stranger));
  expect(foreign._entities).toEqual([null, null, null, null, null, null]);
  const own = dataOf(await books.asker.entities(selection, representations, buyer));
  expect(own._entities).toEqual([
    { id: "W0" },
    null,
    { id: "erp-SO-1000" },
    null,
    { id: "erp-SO-1000/1" },
    null,
  ]);
  expect(codesOf(await books.asker.entities(selection, representations, null))).toEqual([
    "UNAUTHENTICATED",
  ]);
});

test("an order that its request was shown is not read again, and judged all the same", async () => {
  const id = "erp-SO-1000" as OrderId;
  const [inBook] = await createOrderBook(books.ledger).readOrders([id]);
  if (inBook == null) throw new Error("There is no order.");
  const asShown = new Map([[id, { ...inBook, customerNumber: parseCustomerNumber("C10020") }]]);
  const ask = async (viewer: typeof buyer) => {
    const order = { __typename: "Order", id };
    return dataOf(await books.asker.entities("... on Order { id }", [order], viewer, asShown));
  };
  expect(await ask(stranger)).toEqual({ _entities: [{ id }] });
  expect(await ask(buyer)).toEqual({ _entities: [null] });
});

test("the shipments of 50 orders and their lines are one call to the warehouse", async () => {
  const representations = Array.from({ length: ORDERS }, (_, index) => [
    { __typename: "Order", id: `erp-SO-${String(1_000 + index)}` },
    { __typename: "OrderLine", id: `erp-SO-${String(1_000 + index)}/1` },
  ]).flat();
  const result = await books.asker.entities(
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
  expect(books.calls).toEqual([`readShipmentsOfOrders(${String(ORDERS)})`]);
});

test("while the warehouse is down the book answers, and says so", async () => {
  books.warehouse.isDown = true;
  const { shipment } = dataOf(await books.asker.ask(ONE, buyer, { id: "W0" }));
  expect(shipment).toMatchObject({
    status: "SHIPPED",
    provenance: { source: "wms", asOf: SEEN_AT, freshness: "STALE" },
  });
  expect(codesOf(await books.asker.ask(ONE, stranger, { id: "W-NEW" }))).toEqual([
    "SOURCE_UNAVAILABLE",
  ]);
  const orders = await books.asker.entities(
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

describe("while the book follows the warehouse", () => {
  const THROUGH = parseInstant("2026-11-21T11:59:30Z");
  beforeEach(() => {
    books.followTo(THROUGH);
  });

  test("shipments of any name and orders with theirs are the book's, and the warehouse is not asked", async () => {
    for (const name of [{ id: "W3" }, { number: "S-W3" }, { tracking: "1ZW3" }]) {
      const { shipment } = dataOf(await books.asker.ask(ONE, buyer, name));
      expect(shipment.provenance).toEqual({ source: "wms", asOf: THROUGH, freshness: "CACHED" });
    }
    for (const name of [{ number: "S-W3" }, { tracking: "1ZW3" }]) {
      expect(dataOf(await books.asker.ask(ONE, stranger, name)).shipment).toBeNull();
    }
    const orders = await books.asker.entities(
      "... on Order { shipments { id provenance { freshness } } }",
      ["erp-SO-1003", "erp-SO-1901"].map((id) => ({ __typename: "Order", id })),
      buyer,
    );
    expect(dataOf(orders)._entities).toEqual([
      { shipments: [{ id: "W3", provenance: { freshness: "CACHED" } }] },
      { shipments: [] },
    ]);
    const list = await books.asker.ask("{ shipments(first: 20) { edges { node { id } } } }", buyer);
    expect(dataOf(list).shipments.edges).toHaveLength(20);
    expect(books.calls).toEqual([]);
  });

  test("the warehouse is asked for what the book has not heard of yet", async () => {
    const { shipment } = dataOf(await books.asker.ask(ONE, stranger, { id: "W-NEW" }));
    expect(shipment.provenance.freshness).toBe("LIVE");
    expect(books.calls).toEqual(["readShipments(1)"]);
  });

  test("whoever names what is somebody else's waits for the warehouse, as whoever names what is not there", async () => {
    for (const id of ["W3", "W-NONE"]) {
      books.calls.length = 0;
      expect(dataOf(await books.asker.ask(ONE, stranger, { id })).shipment).toBeNull();
      expect(books.calls).toEqual(["readShipments(1)"]);
    }
  });

  test("the warehouse is asked for an order that was sent there and has nothing in the book", async () => {
    const orders = await books.asker.entities(
      "... on Order { shipments { id } }",
      [{ __typename: "Order", id: "erp-SO-1902" }],
      buyer,
    );
    expect(dataOf(orders)._entities).toEqual([{ shipments: [] }]);
    expect(books.calls).toEqual(["readShipmentsOfOrders(1)"]);
  });

  test("the warehouse is asked once its feed was not read through for two minutes", async () => {
    books.followTo(parseInstant("2026-11-21T11:57:59Z"));
    const { shipment } = dataOf(await books.asker.ask(ONE, buyer, { id: "W0" }));
    expect(shipment).toMatchObject({ status: "DELIVERED", provenance: { freshness: "LIVE" } });
    expect(books.calls).toEqual(["readShipments(1)"]);
  });
});
