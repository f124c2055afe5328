import { parse } from "graphql";
import { composeSupergraph } from "../composition/compose.ts";
import { shapeOf } from "../usage/coordinates.ts";
import { checkSchema } from "./check-schema.ts";
import { explainCheck } from "./explain-check.ts";
import type { KnownUse, RecordedUse } from "./known-use.ts";
import { readPublicSchema } from "./public-schema.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@tag", "@authenticated", "@requiresScopes"])`;

const SHOP = `
  "The way in."
  type Query {
    "One order."
    order("Ours." id: ID!): Order
    "Found orders."
    find(filter: OrderFilter, sort: OrderSort = NEWEST): Order
  }
  "The way in, to change."
  type Mutation {
    "Takes an order."
    submitOrder(input: SubmitInput!): SubmitPayload!
  }
  "An answer."
  type SubmitPayload {
    "What was taken."
    order: Order
    "Why not."
    userErrors: [UserError!]!
  }
  "Why not."
  type UserError {
    "Why."
    message: String!
  }
  "An order."
  type Order @key(fields: "id") {
    "Ours."
    id: ID!
    "In the order's currency."
    total: String!
    "Free text."
    note: String
    "How far."
    status: OrderStatus!
  }
  "How far an order is."
  enum OrderStatus {
    "Not done."
    OPEN
    "Done."
    CLOSED
  }
  "In which order."
  enum OrderSort {
    "Newest first."
    NEWEST
    "Oldest first."
    OLDEST
  }
  "Which orders."
  input OrderFilter {
    "How far."
    status: OrderStatus
    "The buyer's own number."
    reference: String
  }
  "What is ordered."
  input SubmitInput {
    "Made once."
    key: String!
    "Free text."
    note: String
  }
`;

const compose = (sdl: string) =>
  composeSupergraph([{ name: "orders", url: "http://orders.test/", sdl: `${LINK} ${sdl}` }]);

const GLOSSARY = {
  capabilities: {
    orders: { summary: "Orders.", fields: ["Query.order", "Query.find", "Mutation.submitOrder"] },
  },
  sourceWords: [],
  exceptions: [],
};

const acme = (name: string, body: string, audience: "partner" | null = null) => ({
  clientId: "acme",
  audience,
  name,
  body,
});

function run(parts: Partial<RecordedUse>): RecordedUse {
  return {
    clientId: "acme",
    operationName: "Totals",
    signature: "s",
    count: 12,
    lastUsedOn: "2026-11-20",
    coordinates: [],
    inVariables: [],
    ...parts,
  };
}

/** Checks the shop with one piece of its text put in place of another. */
function check(change: readonly [from: string, to: string], use: Partial<KnownUse> = {}) {
  const [from, to] = change;
  if (!SHOP.includes(from)) throw new Error(`The shop has no ${from}`);
  return checkSchema({
    compose: () => Promise.resolve(compose(SHOP.replace(from, to))),
    glossary: GLOSSARY,
    before: { name: "the release", supergraphSdl: compose(SHOP) },
    use: { promoted: [], days: 30, recorded: [], ...use },
  });
}

const TOTAL = `"In the order's currency."\n    total: String!`;
const TOTAL_GONE = [TOTAL, ""] as const;
const TOTALS = "query Totals($id: ID!) { order(id: $id) { total } }";
const SUBMIT =
  "mutation Submit($input: SubmitInput!) { submitOrder(input: $input) { order { id } } }";

test("a change that breaks a promoted manifest fails, and names the client, its operation and what is gone", async () => {
  const found = await check(TOTAL_GONE, { promoted: [acme("Totals", TOTALS)] });
  expect(found.isOk).toBe(false);
  expect(found.judgement.broken).toEqual([
    { clientId: "acme", operationName: "Totals", reasons: ["Order.total is gone."] },
  ]);
  expect(explainCheck(found)).toContain(
    "client acme: operation Totals would break: Order.total is gone.",
  );
});

test("a change that breaks nothing in use passes, with a note", async () => {
  const other = acme("Ids", "query Ids { find { id note } }");
  const found = await check(TOTAL_GONE, { promoted: [other] });
  expect(found.isOk).toBe(true);
  expect(explainCheck(found)).toMatch(/Note: breaking by itself[^\n]*\n {2}Order\.total is gone\./);
});

test("what was used lately is not taken away: the client and the count are named", async () => {
  const recorded = [run({ coordinates: ["Query.order", "Order.total"] })];
  const found = await check(TOTAL_GONE, { recorded });
  expect(found.isOk).toBe(false);
  expect(explainCheck(found)).toContain(
    "client acme: operation Totals, 12 times, last on 2026-11-20",
  );
});

test("a value that may be null from now on breaks who reads it, though the operation stays valid", async () => {
  const found = await check([TOTAL, TOTAL.replace("String!", "String")], {
    promoted: [acme("Totals", TOTALS), acme("Ids", "query Ids { find { id } }")],
  });
  expect(found.isOk).toBe(false);
  expect(found.judgement.broken).toEqual([]);
  expect(found.judgement.changes).toMatchObject([
    {
      coordinate: "Order.total",
      verdict: "breaks",
      concerned: [{ clientId: "acme", operationName: "Totals" }],
    },
  ]);
});

test("an input field that has to be given from now on breaks who gives the input in a variable", async () => {
  const change = [`"Made once."`, `"By when." by: String! "Made once."`] as const;
  const found = await check(change, { promoted: [acme("Submit", SUBMIT)] });
  expect(found.isOk).toBe(false);
  expect(found.judgement.changes).toMatchObject([
    { coordinate: "SubmitInput.by", concerned: [{ operationName: "Submit" }] },
  ]);
});

test("an input field that goes breaks who may give it, unless he has run the operation and never did", async () => {
  const change = [`"Free text."\n    note: String\n  }\n`, "}"] as const;
  const promoted = [acme("Submit", SUBMIT)];
  const may = await check(change, { promoted });
  expect(may.judgement.changes).toMatchObject([
    { coordinate: "SubmitInput.note", verdict: "breaks" },
  ]);
  const { signature } = shapeOfSubmit();
  const coordinates = ["Mutation.submitOrder"];
  const never = await check(change, {
    promoted,
    recorded: [run({ signature, coordinates, inVariables: [["SubmitInput.key", 12]] })],
  });
  expect(never.isOk).toBe(true);
  const given = await check(change, {
    promoted,
    recorded: [run({ signature, coordinates, inVariables: [["SubmitInput.note", 3]] })],
  });
  expect(explainCheck(given)).toContain("operation Totals, 3 times");
});

function shapeOfSubmit() {
  const shape = shapeOf(readPublicSchema(compose(SHOP)).api, parse(SUBMIT), "Submit");
  if (shape === null) throw new Error("The operation has no shape.");
  return shape;
}

test("another default, and a value more that may be answered, warn who uses them and refuse nothing", async () => {
  const promoted = [acme("Find", "query Find { find { status } }")];
  const sorted = await check(["= NEWEST", "= OLDEST"], { promoted });
  expect(sorted.isOk).toBe(true);
  expect(sorted.judgement.changes).toMatchObject([
    { coordinate: "Query.find(sort:)", verdict: "warns", concerned: [{ operationName: "Find" }] },
  ]);
  const grown = await check([`"Done."`, `"Thought over." HELD "Done."`], { promoted });
  expect(grown.isOk).toBe(true);
  expect(grown.judgement.changes).toMatchObject([
    { coordinate: "OrderStatus.HELD", verdict: "warns" },
  ]);
});

test("an enum value that goes breaks who gave it in a variable", async () => {
  const recorded = [run({ coordinates: ["Query.find"], inVariables: [["OrderSort.OLDEST", 4]] })];
  const found = await check([`"Oldest first."\n    OLDEST`, ""], { recorded });
  expect(found.isOk).toBe(false);
  expect(explainCheck(found)).toContain("OrderSort.OLDEST is gone.");
});

test("a field that asks for a scope from now on breaks who reads it", async () => {
  const marked = TOTAL.replace("String!", `String! @requiresScopes(scopes: [["money"]])`);
  const found = await check([TOTAL, marked], { promoted: [acme("Totals", TOTALS)] });
  expect(found.isOk).toBe(false);
  expect(found.judgement.changes).toMatchObject([{ coordinate: "Order.total", verdict: "breaks" }]);
});

test("what leaves the contract of an audience breaks its clients alone", async () => {
  const tagged = TOTAL.replace("String!", `String! @tag(name: "operator")`);
  const partner = await check([TOTAL, tagged], { promoted: [acme("Totals", TOTALS, "partner")] });
  expect(partner.isOk).toBe(false);
  expect(partner.judgement.broken).toMatchObject([{ operationName: "Totals" }]);
  const any = await check([TOTAL, tagged], { promoted: [acme("Totals", TOTALS)] });
  expect(any.isOk).toBe(true);
});

test("an operation that was not valid before is no reason against a change", async () => {
  const promoted = [acme("Old", "query Old { order(id: 1) { grandTotal } }")];
  const found = await check(["How far an order is.", "Its progress."], { promoted });
  expect(found.isOk).toBe(true);
  expect(found.judgement.brokenBefore).toMatchObject([{ operationName: "Old" }]);
});

test("an optional argument or field more is no change for anybody", async () => {
  const found = await check([`find(filter`, `find("How many." limit: Int, filter`], {
    promoted: [acme("Find", "query Find { find { id } }")],
  });
  expect(found.judgement.changes).toEqual([]);
});

test("subgraphs that do not make one graph are refused before anything else is looked at", async () => {
  const found = await check([`note: String\n    "How far."`, `note: Nothing\n    "How far."`]);
  expect(found.isOk).toBe(false);
  expect(explainCheck(found)).toMatch(/do not make one graph:\n {2}.*Nothing/);
});
