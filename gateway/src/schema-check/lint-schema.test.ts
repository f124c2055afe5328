import { composeSupergraph } from "../composition/compose.ts";
import { parseGlossary } from "./glossary.ts";
import { LINT_RULES } from "./lint-rules.ts";
import { lintSchema } from "./lint-schema.ts";
import { readPublicSchema } from "./public-schema.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@listSize"])`;

const GOOD = `
  type Query {
    "One order."
    order("Ours." id: ID!): Order
    "All of them."
    orders("1 to 100." first: Int = 20, "The last one's." after: String): OrderConnection!
      @listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)
    "Where goods lie."
    sites: [Site!]! @listSize(assumedSize: 10)
  }
  type Mutation {
    "Takes an order."
    submitOrder(input: SubmitOrderInput!): SubmitOrderPayload!
  }
  "One page."
  type OrderConnection {
    "In order."
    edges: [Order!]!
  }
  "Where goods lie."
  type Site {
    "Its own."
    id: ID!
  }
  "An order."
  type Order {
    "Ours."
    id: ID!
    "From 1."
    lineNumber: Int!
    "In kilograms, as a person reads it: 1 to 3 digits."
    weight: Int!
    "How long it took."
    tookSeconds: Float
    "What it is worth."
    total: String @deprecated(reason: "Use worth; since 2026-11-22 until 2027-03-31.")
    "How far it is."
    status: OrderStatus!
  }
  "How far an order is."
  enum OrderStatus {
    "Stopped."
    ON_HOLD
  }
  "What is ordered."
  input SubmitOrderInput {
    "Made once."
    idempotencyKey: String!
  }
  "The answer."
  type SubmitOrderPayload {
    "What was taken."
    order: Order
    "Why not."
    userErrors: [UserError!]!
  }
  "Why not."
  type UserError {
    "For a person."
    message: String!
  }
`;

const FIELDS = ["Query.order", "Query.orders", "Query.sites", "Mutation.submitOrder"];
const glossaryOf = (fields: readonly string[], exceptions: readonly object[] = []) =>
  parseGlossary({
    capabilities: { orders: { summary: "Orders.", fields } },
    sourceWords: ["salesHeader", "sap"],
    exceptions,
  });

function lint(sdl: string, glossary = glossaryOf(FIELDS)) {
  const supergraph = composeSupergraph([
    { name: "orders", url: "http://orders.test/", sdl: `${LINK} ${sdl}` },
  ]);
  return lintSchema(readPublicSchema(supergraph), glossary);
}

test("a schema that keeps to the rules has nothing against it", () => {
  expect(lint(GOOD)).toEqual([]);
});

type BadExample = readonly [rule: string, place: string, from: string, to: string];

/** One piece of the good schema each, made bad. */
const BAD: readonly BadExample[] = [
  ["names", "site", "Site", "site"],
  ["names", "Order.line_number", "lineNumber", "line_number"],
  ["names", "Query.order(ID:)", `"Ours." id: ID!): Order`, `"Ours." ID: ID!): Order`],
  ["names", "OrderStatus.onHold", "ON_HOLD", "onHold"],
  ["described", "Site", `"Where goods lie."\n  type`, "type"],
  ["described", "Order.id", `"Ours."\n    id`, "id"],
  ["described", "Query.order(id:)", `"Ours." id: ID!): Order`, "id: ID!): Order"],
  ["described", "OrderStatus.ON_HOLD", `"Stopped."`, ""],
  ["described", "SubmitOrderInput.idempotencyKey", `"Made once."`, ""],
  ["units", "Order.weight", "In kilograms, as a person reads it: 1 to 3 digits.", "As weighed."],
  ["exact-numbers", "Order.price", "tookSeconds", "price"],
  ["input-names", "SubmitOrder", "SubmitOrderInput", "SubmitOrder"],
  ["mutation-payload", "Mutation.submitOrder", "SubmitOrderPayload", "SubmitOrderAnswer"],
  ["mutation-payload", "Mutation.submitOrder", "userErrors:", "problems:"],
  ["bounded-lists", "Query.sites", "@listSize(assumedSize: 10)", ""],
  ["bounded-lists", "Query.orders", `, "The last one's." after: String`, ""],
  [
    "bounded-lists",
    "Query.orders",
    `@listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)`,
    "",
  ],
  ["capability", "Query.places", "sites:", "places:"],
  ["source-words", "Order.salesHeaderTotal", "total:", "salesHeaderTotal:"],
  ["source-words", "SapSite", "Site", "SapSite"],
  ["deprecation-date", "Order.total", " until 2027-03-31", ""],
  ["deprecation-date", "Order.total", "2027-03-31", "2027-02-30"],
];

test.each(BAD)("%s: %s is refused", (rule, place, from, to) => {
  if (!GOOD.includes(from)) throw new Error(`The schema has no ${from}`);
  const found = lint(GOOD.replaceAll(from, to)).filter((each) => each.rule === rule);
  expect(found).toContainEqual(expect.objectContaining({ place, subgraphs: ["orders"] }));
  expect(found[0]?.message).toMatch(/^.{10,}[.:)]$|"$/);
});

test("every rule has a bad example", () => {
  const shown = new Set(BAD.map(([rule]) => rule));
  expect(LINT_RULES.map(({ name }) => name).filter((name) => !shown.has(name))).toEqual([]);
});

test("a root field belongs to one capability, and a capability has no field that is gone", () => {
  const twice = parseGlossary({
    ...glossaryOf(FIELDS),
    capabilities: {
      orders: { summary: "Orders.", fields: FIELDS },
      sites: { summary: "Sites.", fields: ["Query.sites"] },
    },
  });
  expect(lint(GOOD, twice)).toMatchObject([{ place: "Query.sites", rule: "capability" }]);
  expect(lint(GOOD, glossaryOf([...FIELDS, "Query.gone"]))).toMatchObject([
    { place: "Query.gone", rule: "capability" },
  ]);
});

test("an exception is for its rule and place alone, and is told of when nothing needs it any more", () => {
  const bad = GOOD.replaceAll("Site", "site");
  const exception = { rule: "names", places: ["site"], why: "It was there first." };
  expect(lint(bad, glossaryOf(FIELDS, [exception]))).toEqual([]);
  expect(lint(GOOD, glossaryOf(FIELDS, [exception]))).toMatchObject([
    { rule: "names", place: "site", message: expect.stringMatching(/nothing against it/) },
  ]);
});
