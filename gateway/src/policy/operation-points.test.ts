import { buildSchema, parse } from "graphql";
import { createPointsOf } from "./operation-points.ts";

const schema = buildSchema(`
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | FIELD_DEFINITION | OBJECT
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
    requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
  type Query {
    order(id: ID): Order
    orders(first: Int = 20, last: Int): OrderConnection!
      @listSize(slicingArguments: ["first", "last"], sizedFields: ["edges"], requireOneSlicingArgument: false)
    warehouses: [Warehouse!]! @listSize(assumedSize: 4)
    recent(count: Int): [Order!]! @listSize(assumedSize: 5, slicingArguments: ["count"])
    report(since: String @cost(weight: 3)): Report
    price: String @cost(weight: 2)
    things: [Thing!]! @listSize(assumedSize: 2)
    kinds: [Kind!]! @listSize(assumedSize: 2)
  }
  type Mutation { rename(id: ID): Order }
  type OrderConnection { edges: [OrderEdge!]! totalCount: Int pageInfo: PageInfo! }
  type OrderEdge { cursor: String node: Order! }
  type PageInfo { hasNextPage: Boolean }
  interface Thing { id: ID! }
  type Order implements Thing { id: ID! status: String tags: [String!]! lines: [Line!]! warehouse: Warehouse
    related(first: Int): [Order!]! @listSize(slicingArguments: ["first"]) }
  type Warehouse implements Thing { id: ID! name: String parent: Warehouse }
  union Kind = Order | Warehouse
  type Line { sku: String product: Product }
  type Product { sku: String }
  type Report @cost(weight: 50) { text: String }
`);
const pointsOf = createPointsOf(schema);

function points(query: string, variables: Record<string, unknown> = {}): number | null {
  return pointsOf(parse(query), undefined, variables);
}

test("an object is a point and a scalar is none", () => {
  expect(points("{ order { id status tags } }")).toBe(1);
  expect(points("{ order { warehouse { name } } }")).toBe(2);
  expect(points("{ __typename __schema { types { name } } }")).toBe(0);
});

test("a page counts what it asks for, and what stands beside its edges once", () => {
  const page = "{ totalCount pageInfo { hasNextPage } edges { cursor node { status } } }";
  expect(points(`{ orders(first: 3) ${page} }`)).toBe(1 + 1 + 3 * 2);
  expect(points(`{ orders ${page} }`)).toBe(1 + 1 + 20 * 2);
  expect(points(`{ orders(first: 3, last: 7) ${page} }`)).toBe(1 + 1 + 7 * 2);
  expect(points(`{ orders(first: -3) ${page} }`)).toBe(1 + 1);
});

test("a size comes from the variable, from its default, or from the argument's own", () => {
  const query = "query ($n: Int = 2) { orders(first: $n) { edges { cursor } } }";
  expect(points(query)).toBe(1 + 2);
  expect(points(query, { n: 5 })).toBe(1 + 5);
  expect(points("query ($n: Int) { orders(first: $n) { edges { cursor } } }")).toBe(1 + 20);
});

test("a list is as long as it is assumed to be, and what is below it counts as often", () => {
  expect(points("{ warehouses { name } }")).toBe(4);
  expect(points("{ warehouses { parent { name } } }")).toBe(8);
  expect(points("{ recent { id } }")).toBe(5);
  expect(points("{ recent(count: 2) { id } }")).toBe(2);
  expect(points("{ order { lines { product { sku } } } }")).toBe(1 + 10 * 2);
});

test("weights of fields, types and arguments count instead", () => {
  expect(points("{ price }")).toBe(2);
  expect(points("{ report { text } }")).toBe(50);
  expect(points('{ report(since: "2026") { text } }')).toBe(53);
});

test("a mutation costs ten more", () => {
  expect(points("mutation { rename { id } }")).toBe(11);
  expect(points("mutation { a: rename { id } b: rename { id } }")).toBe(12);
});

test("what is selected several times under one name is read once", () => {
  const fragments = "fragment A on Order { warehouse { id } } fragment B on Order { ...A }";
  expect(points(`{ order { ...A ...B warehouse { name parent { id } } } } ${fragments}`)).toBe(3);
  expect(points("{ a: order { id } b: order { id } }")).toBe(2);
});

test("a fragment counts whatever the object will be", () => {
  const both = "... on Order { warehouse { id } } ... on Warehouse { parent { id } }";
  expect(points(`{ things { id ${both} } }`)).toBe(2 * (1 + 2));
  expect(points(`{ kinds { __typename ${both} } }`)).toBe(2 * (1 + 2));
});

test("what a condition leaves out costs nothing, for the same document as it may be", () => {
  const document = parse(
    "query ($all: Boolean!) { order { id warehouse @include(if: $all) { id } } }",
  );
  expect(pointsOf(document, undefined, { all: false })).toBe(1);
  expect(pointsOf(document, undefined, { all: true })).toBe(2);
  expect(points("{ order { id warehouse @skip(if: true) { id } } }")).toBe(1);
});

test("of several operations the named one counts", () => {
  const document = parse("query A { order { id } } query B { warehouses { id } }");
  expect(pointsOf(document, "A", {})).toBe(1);
  expect(pointsOf(document, "B", {})).toBe(4);
  expect(pointsOf(document, "C", {})).toBeNull();
});

test("variables that do not fit have no points", () => {
  const query = "query ($n: Int!) { orders(first: $n) { totalCount } }";
  expect(points(query)).toBeNull();
  expect(points(query, { n: "many" })).toBeNull();
});

test("what nobody can answer has a number that JSON can bear", () => {
  const related = (below: string) => `related(first: 2147483647) { id ${below} }`;
  expect(points(`{ order { ${related("")} } }`)).toBe(1 + 2_147_483_647);
  expect(points(`{ order { ${related(related(related("")))} } }`)).toBe(Number.MAX_SAFE_INTEGER);
});
