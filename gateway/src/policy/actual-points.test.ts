import { buildSchema, parse } from "graphql";
import { createActualPointsOf } from "./actual-points.ts";

const schema = buildSchema(`
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | FIELD_DEFINITION | OBJECT
  type Query {
    order(id: ID): Order
    orders(first: Int): OrderConnection!
    report(since: String @cost(weight: 3)): Report
    price: String @cost(weight: 2)
    things: [Thing!]!
  }
  type Mutation { rename(id: ID): Order }
  type OrderConnection { edges: [OrderEdge!]! totalCount: Int }
  type OrderEdge { cursor: String node: Order! }
  interface Thing { id: ID! }
  type Order implements Thing { id: ID! tags: [String!] warehouse: Warehouse }
  type Warehouse implements Thing { id: ID! parent: Warehouse }
  type Report @cost(weight: 50) { text: String }
`);
const actualPointsOf = createActualPointsOf(schema);

function points(query: string, data: Readonly<Record<string, unknown>> | null): number {
  return actualPointsOf(parse(query), undefined, data);
}

test("an object that is there is a point, and one that is not costs nothing", () => {
  const query = "{ order { id tags warehouse { id } } }";
  expect(points(query, { order: { id: "1", tags: ["a", "b"], warehouse: { id: "2" } } })).toBe(2);
  expect(points(query, { order: { id: "1", tags: [], warehouse: null } })).toBe(1);
  expect(points(query, { order: null })).toBe(0);
  expect(points(query, null)).toBe(0);
});

test("a list costs what is in it, however much was asked for", () => {
  const query = "{ orders(first: 100) { totalCount edges { cursor node { id } } } }";
  const edge = { cursor: "c", node: { id: "1" } };
  expect(points(query, { orders: { totalCount: 2, edges: [edge, edge] } })).toBe(1 + 2 * 2);
  expect(points(query, { orders: { totalCount: 0, edges: [] } })).toBe(1);
});

test("weights of fields, types and arguments count where the field is in the answer", () => {
  const query = '{ price report(since: "2026") { text } }';
  expect(points(query, { price: "1.00", report: { text: "x" } })).toBe(2 + 50 + 3);
  expect(points(query, { price: null, report: null })).toBe(3);
  expect(points('{ report(since: "2026") @skip(if: true) { text } }', {})).toBe(0);
});

test("a mutation costs ten more, whether it did something or not", () => {
  expect(points("mutation { rename { id } }", { rename: { id: "1" } })).toBe(11);
  expect(points("mutation { rename { id } }", null)).toBe(10);
});

test("names and fragments are followed to what they stand for", () => {
  const query = `{ a: order { ...W } b: order { ...W warehouse { parent { id } } }
    things { id ... on Order { place: warehouse { id } } ... on Warehouse { place: parent { id } } } }
    fragment W on Order { warehouse { id } }`;
  const data = {
    a: { warehouse: { id: "1" } },
    b: { warehouse: { id: "1", parent: { id: "2" } } },
    things: [
      { id: "1", place: { id: "1" } },
      { id: "2", place: null },
    ],
  };
  expect(points(query, data)).toBe(2 + 3 + 3);
});
