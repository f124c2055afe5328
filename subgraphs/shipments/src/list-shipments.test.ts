import { encodePosition } from "@crossdock/subgraph-kit";
import { codesOf, dataOf, viewerOf } from "@crossdock/subgraph-kit/testing";
import { openShipmentBooks, ORDERS, type ShipmentBooks } from "./testing/books.ts";

const buyer = viewerOf("portal", ["C10010"]);
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

const LIST = `query($filter: ShipmentFilter, $first: Int, $after: String) {
  shipments(filter: $filter, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } edges { cursor node { id status } } } }`;

test("a list is paged by the book and told by the warehouse in one call a page", async () => {
  const ids: string[] = [];
  let after: string | null = null;
  do {
    books.calls.length = 0;
    const { shipments } = dataOf(await books.asker.ask(LIST, buyer, { first: 20, after }));
    expect(shipments.totalCount).toBe(ORDERS + 2);
    ids.push(...shipments.edges.map(({ node }: { node: { id: string } }) => node.id));
    expect(books.calls).toEqual([`readShipments(${String(shipments.edges.length)})`]);
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
    const { shipments } = dataOf(await books.asker.ask(LIST, buyer, { filter, first: 10 }));
    expect(shipments.edges.map(({ node }: { node: { id: string } }) => node.id).sort()).toEqual(
      [...expected].sort(),
    );
    expect(shipments.totalCount).toBe(expected.length);
  }
  for (const after of [
    encodePosition({ key: "yesterday", id: "W0" }),
    encodePosition({ key: "2026-11-21T08:00:00.000Z", id: "W\u0000" }),
    encodePosition({ key: "2026-11-21", id: "I-OF-AN-INVOICE" }),
  ]) {
    expect(codesOf(await books.asker.ask(LIST, buyer, { after }))).toEqual(["BAD_USER_INPUT"]);
  }
  for (const filter of [{ orderId: "?" }, { customerId: "" }, { warehouse: "<>" }]) {
    expect(codesOf(await books.asker.ask(LIST, buyer, { filter }))).toEqual(["BAD_USER_INPUT"]);
  }
});
