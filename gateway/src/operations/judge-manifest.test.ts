import { buildSchema } from "graphql";
import { DEFAULT_LIMITS } from "../limits.ts";
import { judgeManifest, MAX_MANIFEST_OPERATIONS } from "./judge-manifest.ts";
import type { ManifestBudget } from "./judge-manifest.ts";

const schema = buildSchema(`
  directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean) on FIELD_DEFINITION
  directive @cost(weight: Int!) on FIELD_DEFINITION
  scalar Decimal
  enum Side { LEFT RIGHT }
  input Wish { amount: Decimal! side: Side! also: Wish }
  type Query {
    orders(first: Int = 20, wish: Wish): OrderConnection
      @listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)
    events(first: Int): [Order!]! @listSize(slicingArguments: ["first"])
    order(id: ID!, wish: Wish, n: Int!): Order
  }
  type Mutation { submit(wish: Wish!): Order }
  type Subscription { changed: Order }
  type OrderConnection { edges: [OrderEdge!]! }
  type OrderEdge { node: Order! }
  type Order { id: ID! price: Decimal! customer: Customer related(first: Int!): [Order!]! @listSize(slicingArguments: ["first"]) }
  type Customer { name: String }
`);

const table = {
  largestPage: 100,
  pages: { "Query.events": 500 },
  sourceCalls: {
    "Query.orders": { calls: 1, batch: null },
    "Order.price": { calls: 2, batch: 40 },
    "Order.customer": { calls: 1, batch: 1 },
  },
};
const parts = { schema, supergraphSchema: schema, limits: DEFAULT_LIMITS, table };
const RICH: ManifestBudget = { pointsPerMinute: 1_000_000, sourceCallsPerMinute: null };

const operation = (body: string, name = "Q", id = name) => ({ id, name, type: "query", body });
const manifestOf = (...operations: readonly unknown[]) => ({
  format: "apollo-persisted-query-manifest",
  version: 1,
  operations,
});
const judge = (body: string, budget = RICH) =>
  judgeManifest(manifestOf(operation(body)), budget, parts);
const priceOf = (body: string) => {
  const { problems, operations } = judge(body);
  expect(problems).toEqual([]);
  return operations.map(({ points, sourceCalls }) => [points, sourceCalls]).flat();
};

test("a size that a variable decides is taken at its largest, whatever its default is", () => {
  const page = "{ edges { node { id } } }";
  expect(priceOf(`query Q($n: Int = 1) { orders(first: $n) ${page} }`)).toEqual([201, 1]);
  expect(priceOf(`query Q($n: Int!) { events(first: $n) { id } }`)).toEqual([500, 0]);
  expect(priceOf(`query Q { orders(first: 3) ${page} }`)).toEqual([7, 1]);
  expect(priceOf(`query Q($n: Int!) { order(id: 1, n: $n) { related(first: 2) { id } } }`)).toEqual(
    [3, 0],
  );
});

test("calls of the sources are counted by batches of all objects that have the field", () => {
  const page = (fields: string) =>
    `query Q { orders(first: 100) { edges { node { ${fields} } } } }`;
  expect(priceOf(page("price"))).toEqual([201, 1 + 2 * 3]);
  expect(priceOf(page("customer { name }"))).toEqual([301, 1 + 100]);
  expect(priceOf(page("related(first: 10) { price }"))).toEqual([1201, 1 + 2 * 25]);
  expect(
    priceOf("query Q { a: order(id: 1, n: 1) { price } b: order(id: 2, n: 1) { price } }"),
  ).toEqual([2, 4]);
});

test("what a condition may leave out counts, and what a variable of an input is does not matter", () => {
  expect(
    priceOf("query Q($c: Boolean!) { order(id: 1, n: 1) { customer @include(if: $c) { name } } }"),
  ).toEqual([2, 1]);
  expect(priceOf("query Q($w: Wish!, $id: ID!) { order(id: $id, wish: $w, n: 1) { id } }")).toEqual(
    [1, 0],
  );
  const submit = {
    id: "m",
    name: "M",
    type: "mutation",
    body: "mutation M($w: Wish!) { submit(wish: $w) { id } }",
  };
  expect(judgeManifest(manifestOf(submit), RICH, parts)).toMatchObject({
    problems: [],
    operations: [{ points: 11, sourceCalls: 0 }],
  });
});

test("what is over the client's budget, or over that of any operation, is named with its number", () => {
  const body = "query Q { orders(first: 100) { edges { node { price } } } }";
  expect(judge(body, { pointsPerMinute: 200, sourceCallsPerMinute: 6 }).problems).toEqual([
    "Q (Q): it may cost 201 points; the client may spend in a minute 200.",
    "Q (Q): it may cost 7 source calls; the client may spend in a minute 6.",
  ]);
  const huge = judgeManifest(manifestOf(operation(body)), RICH, {
    ...parts,
    limits: { ...DEFAULT_LIMITS, maxOperationPoints: 100 },
  });
  expect(huge.problems).toEqual(["Q (Q): it may cost 201 points; an operation may cost 100."]);
});

test.each([
  ["query Q { nothing }", /Q \(Q\): Cannot query field "nothing"/],
  ["query Q {", /Q \(Q\): Syntax Error/],
  ["query Other { events { id } }", /its body is the query Other, not the query Q/],
  ["query Q { events { id } } query R { events { id } }", /its body is not one operation/],
  ["fragment F on Order { id }", /its body is not one operation/],
  [`query Q { ${"a".repeat(70_000)} }`, /longer than 65536 bytes/],
  [
    `query Q { order(id: 1, n: 1) { ${"related(first: 1) { ".repeat(16)} id ${"}".repeat(16)} } }`,
    /levels deep/,
  ],
])("%.60s is refused", (body, reason) => {
  const { problems, operations } = judge(body);
  expect(problems.join("\n")).toMatch(reason);
  expect(operations).toEqual([]);
});

test.each([
  [null],
  ["text"],
  [{ format: "relay", version: 1, operations: [] }],
  [{ ...manifestOf(operation("query Q { events { id } }")), version: 2 }],
  [manifestOf()],
  [manifestOf({ id: "1", name: "Q", type: "fragment", body: "x" })],
  [
    manifestOf(
      ...Array.from({ length: MAX_MANIFEST_OPERATIONS + 1 }, (_, index) =>
        operation("query Q { events { id } }", "Q", String(index)),
      ),
    ),
  ],
  [
    manifestOf(
      ...Array.from({ length: 60 }, (_, index) =>
        operation(`query Q { events { id } } #${"x".repeat(40_000)}`, "Q", String(index)),
      ),
    ),
  ],
])("what is no manifest, or too large for one, is refused as a whole", (raw) => {
  const { problems, operations } = judgeManifest(raw, RICH, parts);
  expect(problems.length).toBeGreaterThan(0);
  expect(operations).toEqual([]);
});

test("an id stands for one operation", () => {
  const twice = manifestOf(
    operation("query Q { events { id } }", "Q", "1"),
    operation("query R { events { id } }", "R", "1"),
  );
  expect(judgeManifest(twice, RICH, parts).problems).toEqual([
    "R (1): another operation has the same id.",
  ]);
});
