import { buildSchema } from "@apollo/federation-internals";
import { getOperationAST, parse } from "graphql";
import type { ExecutionResult } from "graphql";
import { shapeByStock } from "../../shape-by-stock.ts";
import { Unsupported } from "../unsupported.ts";
import { compileAnswer } from "./compile-answer.ts";
import { conditionValuesOf, conditionVariablesOf } from "./conditions.ts";

const federationSchema = buildSchema(`
  type Query {
    order: Order
    orders: [Order!]!
    sparse: [Order]
    node: Node
    nodes: [Node]
    found: [Found!]
    shelf: [[Product!]!]
    settings: Anything
    numbers: Numbers!
  }
  type Mutation { pay: Order! }
  interface Node { id: ID! label: String next: Node }
  interface Named { name: String! }
  union Found = Order | Product
  enum Status { OPEN SHIPPED }
  scalar Anything
  type Order implements Node {
    id: ID! label: String next: Node status: Status! tags: [String!]! notes: [String] product: Product! also: Product history: [Status!]
  }
  type Product implements Node & Named {
    id: ID! label: String next: Node name: String! size: Int weight: Float isSold: Boolean extra: Anything
  }
  type Numbers { int: Int float: Float id: ID text: String yes: Boolean }
`);
const schema = federationSchema.toGraphQLJSSchema();
const parts = { federation: { apiSchema: federationSchema }, supergraphSchema: schema };

type Data = Record<string, unknown>;
type Case = readonly [query: string, data: Data, variables?: Data];

const product = (id: string) => ({
  __typename: "Product",
  id,
  label: null,
  name: `Product ${id}`,
  size: 3,
  weight: 1.5,
  isSold: false,
  extra: { constructor: 1 },
  next: { __typename: "Order", id: "o", label: "next", next: null },
});
const order = (id: string) => ({
  __typename: "Order",
  id,
  label: "a label",
  status: "OPEN",
  tags: ["a", "b"],
  notes: ["n", null],
  product: product(`${id}p`),
  also: null,
  history: ["OPEN", "SHIPPED"],
  next: product(`${id}n`),
  // fetched for the sake of other subgraphs
  key: "not asked for",
});

/** Made of text; and without, which has to be the same. */
function answerOf(one: Case) {
  const answer = compiled(one, true);
  expect(JSON.stringify(compiled(one, false))).toBe(JSON.stringify(answer));
  return answer;
}

function compiled([query, data, variables = {}]: Case, canGenerate: boolean) {
  const document = parse(query);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error("It has an operation.");
  const deciding = conditionVariablesOf(document, operation);
  const conditions = conditionValuesOf(deciding, variables);
  return compileAnswer(document, operation, schema, conditions, canGenerate)(data);
}

function stockOf([query, data, variables = {}]: Case): Promise<ExecutionResult> {
  const asked = { schema, document: parse(query), operationName: undefined, variables };
  return shapeByStock(structuredClone(data), asked, parts);
}

const WHOLE: readonly Case[] = [
  ["{ order { id status } }", { order: order("1") }],
  ["{ order { id } }", { order: null }],
  ["{ order { id } }", {}],
  ["{ __typename a: __typename order { t: __typename id } }", { order: { id: "1" } }],
  [
    "{ orders { id tags notes history product { name size weight isSold extra } } }",
    { orders: [order("1"), order("2")] },
  ],
  ["{ sparse { id } }", { sparse: [order("1"), null] }],
  ["{ sparse { id } }", { sparse: [] }],
  ["{ shelf { id name } }", { shelf: [[product("1")], []] }],
  ["{ settings }", { settings: { any: [1, "x", null, { deep: true }] } }],
  [
    "{ numbers { int float id text yes } }",
    { numbers: { int: 2 ** 40, float: 0.1, id: 7, text: "", yes: true } },
  ],
  ["{ node { id ... on Order { status } label ... on Named { name } } }", { node: order("1") }],
  ["{ node { id ... on Order { status } label ... on Named { name } } }", { node: product("1") }],
  [
    "{ nodes { __typename ... on Node { ... on Product { size } label } } }",
    { nodes: [order("1"), product("2"), null] },
  ],
  [
    "{ found { ... on Order { id product { id } } ... on Product { name next { label } } } }",
    { found: [order("1"), product("2")] },
  ],
  // keys stand where what is asked for several times is merged to
  ["{ order { ... on Order { id } label ... on Order { status id } } }", { order: order("1") }],
  [
    "{ order { ...A label ...B ...A } } fragment A on Order { product { id } } fragment B on Order { status product { name id } }",
    { order: order("1") },
  ],
  [
    "{ order { product { id } status product { name } ... on Node { label ... on Order { tags } } } }",
    { order: order("1") },
  ],
  [
    "{ node { ... on Node { next { id } } ... on Order { next { label id } } next { __typename } } }",
    { node: order("1") },
  ],
  [
    "query($a: Boolean!, $b: Boolean = true) { order { status @skip(if: $a) id @include(if: $b) ... @include(if: $a) { label status } label } }",
    { order: order("1") },
    { a: true },
  ],
  [
    "query($a: Boolean!, $b: Boolean = true) { order { status @skip(if: $a) id @include(if: $b) ... @include(if: $a) { label status } label } }",
    { order: order("1") },
    { a: false, b: false },
  ],
  [
    "{ order { id @skip(if: true) label @include(if: true) ...A @include(if: false) } } fragment A on Order { status }",
    { order: order("1") },
  ],
  ["mutation { pay { id } second: pay { label } }", { pay: order("1"), second: order("2") }],
  ['{ order { "a b": id } }'.replace('"a b"', "a_b"), { order: { a_b: "1" } }],
];

const BROKEN: readonly Case[] = [
  ["{ order { id label } }", { order: { label: "x" } }],
  ["{ order { product { name } label } }", { order: { product: { name: null }, label: "x" } }],
  ["{ orders { id } }", { orders: [{ id: "1" }, { id: null }] }],
  ["{ orders { tags } }", { orders: [{ tags: ["a", null] }] }],
  ["{ sparse { tags } }", { sparse: [{ tags: ["a", null] }, { tags: [] }] }],
  ["{ order { notes } }", { order: { notes: [1, "x", null] } }],
  ["{ order { status history } }", { order: { status: "GONE", history: ["OPEN"] } }],
  ["{ order { history } }", { order: { history: ["OPEN", "GONE"] } }],
  ["{ shelf { name } }", { shelf: [[{ name: "x" }, { name: null }], [{ name: "y" }]] }],
  [
    "{ numbers { int float id text yes } }",
    { numbers: { int: 1.5, float: "1", id: true, text: 3, yes: "true" } },
  ],
  ["{ numbers { int float } }", { numbers: { int: 1e21, float: Infinity } }],
  ["{ numbers { int } }", { numbers: null }],
];

const DOUBTFUL: readonly Case[] = [
  ["{ order { id } }", { order: "no object" }],
  ["{ order { id } }", { order: [order("1")] }],
  ["{ orders { id } }", { orders: order("1") }],
  ["{ order { id } }", { order: { ...order("1"), __typename: "Product" } }],
  ["{ order { id } }", { order: { ...order("1"), __typename: "Gone" } }],
  ["{ order { id } }", { order: { ...order("1"), __typename: null } }],
  ["{ node { id } }", { node: { id: "1" } }],
  ["{ node { id ... on Order { status } } }", { node: { __typename: "Node", id: "1" } }],
  ["{ order { ... on Node { __typename id } } }", { order: { id: "1" } }],
  ["{ order { ... on Node { ... on Order { status } } } }", { order: { status: "OPEN" } }],
  ["{ order { t: __typename } }", { order: { t: "Product" } }],
  // what is met first is not the same
  [
    "{ order { product { id } status ... on Order { product { name } } } }",
    { order: { product: { id: "1", name: null }, status: null } },
  ],
];

const named = (cases: readonly Case[]) => cases.map((one) => ({ query: one[0], one }));

test.each(named(WHOLE))("$query", async ({ one }) => {
  const stock = await stockOf(one);
  expect(stock.extensions).toBeUndefined();
  const answer = answerOf(one);
  expect(JSON.stringify(answer?.data)).toBe(JSON.stringify(stock.data));
  expect(answer?.isBroken).toBe(false);
});

test.each(named(BROKEN))(
  "null takes the place of what cannot stand there: $query",
  async ({ one }) => {
    const stock = await stockOf(one);
    expect(stock.extensions?.["valueCompletion"]).not.toHaveLength(0);
    const answer = answerOf(one);
    expect(JSON.stringify(answer?.data)).toBe(JSON.stringify(stock.data));
    expect(answer?.isBroken).toBe(true);
  },
);

test.each(named(DOUBTFUL))(
  "the stock executor looks at what is not of its type: $query",
  ({ one }) => {
    expect(answerOf(one)).toBeNull();
  },
);

test.each([
  ["introspection", "{ __schema { types { name } } }"],
  ["introspection", '{ order { id } __type(name: "Order") { name } }'],
  ["name", "{ order { __proto__: id } }"],
  ["name", "{ constructor: order { id } }"],
  ["name", "{ order { __typename: id } }"],
])("%s is left to the stock executor: %s", (reason, query) => {
  expect(() => answerOf([query, {}])).toThrow(Unsupported);
  expect(() => answerOf([query, {}])).toThrow(expect.objectContaining({ reason }) as Error);
});

test("so are more conditions than shapes are kept for, and one that is no boolean", () => {
  const many = Array.from({ length: 7 }, (_, index) => `c${String(index)}`);
  const query = `query(${many.map((name) => `$${name}: Boolean = true`).join(" ")}) { order { id ${many.map((name) => `${name}: id @include(if: $${name})`).join(" ")} } }`;
  expect(() => answerOf([query, {}])).toThrow(
    expect.objectContaining({ reason: "conditions" }) as Error,
  );
  const one = "query($a: Boolean = true) { order { id @skip(if: $a) } }";
  expect(() => answerOf([one, {}, { a: null }])).toThrow(
    expect.objectContaining({ reason: "conditions" }) as Error,
  );
});

test("so is what takes more functions than an answer may have", () => {
  const nested = (levels: number): string =>
    levels === 0 ? "id" : `id next { ${nested(levels - 1)} }`;
  const wide = Array.from(
    { length: 400 },
    (_, index) => `n${String(index)}: node { ${nested(3)} }`,
  );
  expect(() => answerOf([`{ ${wide.join(" ")} }`, {}])).toThrow(
    expect.objectContaining({ reason: "size" }) as Error,
  );
});

test("an answer that was damaged anywhere is the stock executor's, or left to it", async () => {
  const random = seeded(20_260);
  let compared = 0;
  for (let round = 0; round < 500; round += 1) {
    const [query, data, variables] = WHOLE[Math.floor(random() * WHOLE.length)] ?? ["", {}];
    const damaged = structuredClone(data);
    for (let times = 1 + Math.floor(random() * 2); times > 0; times -= 1) damage(damaged, random);
    const one: Case = [query, damaged, variables ?? {}];
    const answer = answerOf(one);
    if (answer === null) continue;
    compared += 1;
    const stock = await stockOf(one);
    const what = JSON.stringify([query, damaged]);
    expect([what, JSON.stringify(answer.data)]).toEqual([what, JSON.stringify(stock.data)]);
    if (!answer.isBroken) expect([what, stock.extensions]).toEqual([what, undefined]);
  }
  expect(compared).toBeGreaterThan(250);
});

/** Puts something else into the place of one value, or takes it away. */
function damage(value: unknown, random: () => number): void {
  const places: [Record<string, unknown>, string][] = [];
  const collect = (within: unknown) => {
    if (typeof within !== "object" || within === null) return;
    for (const [key, inner] of Object.entries(within)) {
      places.push([within as Record<string, unknown>, key]);
      collect(inner);
    }
  };
  collect(value);
  const [within, key] = places[Math.floor(random() * places.length)] ?? [];
  if (within === undefined || key === undefined) return;
  const others = [null, null, null, "text", 7, 1.5, true, [], {}, "Order", "Product", "OPEN"];
  const other = others[Math.floor(random() * others.length)];
  if (random() < 0.2 && !Array.isArray(within)) Reflect.deleteProperty(within, key);
  else within[key] = other;
}

/** The same numbers for the same seed, from 0 to 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
