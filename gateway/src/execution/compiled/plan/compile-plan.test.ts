import { GraphQLError } from "graphql";
import { createGraph } from "./testing/compare-plans.ts";
import type { Comparison, Interfere } from "./testing/compare-plans.ts";
import { LIBRARY } from "./testing/library.ts";

const graph = createGraph(LIBRARY);

type Case = Comparison & {
  readonly name: string;
  readonly query: string;
  /** What has to be in the answer or its errors, so that the case is about what it says. */
  readonly has: RegExp;
};

const down =
  (names: readonly string[]): Interfere =>
  (subgraph) =>
    names.includes(subgraph)
      ? { errors: [new GraphQLError("no answer", { extensions: { code: "SOURCE_UNAVAILABLE" } })] }
      : null;

const answering =
  (name: string, data: Record<string, unknown>): Interfere =>
  (subgraph) =>
    subgraph === name ? { data: structuredClone(data) } : null;

const cases: readonly Case[] = [
  {
    name: "one subgraph",
    query: "{ orders { id status } }",
    has: /open 2/,
  },
  {
    name: "entities in lists in lists, with nulls between",
    query: "{ orders { id lines { quantity product { sku name } } } }",
    has: /product a.*product b/,
  },
  {
    name: "a list of lists",
    query: "{ shelf { sku name } }",
    has: /product b/,
  },
  {
    name: "one entity of two places, asked for once each",
    query:
      "{ orders { lines { product { name stock } substitute { name stock } } main { name } } }",
    has: /no count of b/,
  },
  {
    name: "aliases, of which two have the same field with other arguments",
    query: `{ one: orders { a: status b: status(upper: true) it: main { n: name here: stock(site: "x") there: stock(site: "long") } } }`,
    has: /"there":4/,
  },
  {
    name: "variables, given, missing, null and with a default",
    query: `query Of($site: String, $other: String, $id: ID!, $upper: Boolean = true) {
      order(id: $id) { status(upper: $upper) main { here: stock(site: $site) there: stock(site: $other) } } }`,
    variables: { id: "1", site: null },
    has: /OPEN 1/,
  },
  ...[true, false].map((isAsked) => ({
    name: `conditions that are ${String(isAsked)}`,
    query: `query If($it: Boolean!, $also: Boolean = true) { orders { id
      main @include(if: $it) { name ... @skip(if: $also) { stock } }
      lines @skip(if: $it) { product { stock name @include(if: $also) } } } }`,
    variables: { it: isAsked },
    has: isAsked ? /"name":"product a"/ : /"stock":7/,
  })),
  {
    name: "an interface whose implementations are entities elsewhere",
    query:
      "{ holders { id held { name } ... on Person { age } ... on Site { city held { stock } } } }",
    has: /Ulm/,
  },
  {
    name: "a union of which one type is an entity elsewhere",
    query: `{ search { __typename ... on Order { picked } ... on Product { name stock } ... on Line { product { name } } } }`,
    has: /"picked":false/,
  },
  {
    name: "@requires with selections in lists, some of them null",
    query: `{ products(skus: ["a", "b", "gone"]) { sku parcel kit } }`,
    has: /width/,
  },
  {
    name: "@requires over two hops",
    query: "{ orders { main { parcel kit } } }",
    has: /height/,
  },
  {
    name: "@provides",
    query: "{ latest { stars product { title name } by { name } } }",
    has: /A!/,
  },
  {
    name: "an interface that another subgraph knows as an object",
    query: "{ media { id rating reviews { product { sku title name } } ... on Film { minutes } } }",
    has: /"rating":3/,
  },
  {
    name: "an object that is an interface elsewhere",
    query: "{ rated { __typename title rating ... on Book { pages } ... on Film { minutes } } }",
    has: /Film/,
  },
  {
    name: "a value type on the way to another entity",
    query: "{ topProduct { maker { name visits } parts { code of { width } } } }",
    has: /"visits":2/,
  },
  {
    name: "two entities that one subgraph knows by the same key, and another tells apart",
    query: "{ offers { id terms { days currency } } }",
    has: /"days":30,"currency":"of 1".*"days":30,"currency":"of 2"/,
  },
  {
    name: "two entities of an interface that go by the same id, of which each stays what it is",
    query: `{ media { __typename rating ... on Book { pages } ... on Film { minutes } } }`,
    has: /Book.*Film/,
  },
  {
    name: "a root type below a field",
    query: `{ me { query { topProduct { name stock } order(id: "2") { status } counts } } }`,
    has: /open 2/,
  },
  {
    name: "an error about one of several entities",
    query: "{ orders { id picked } }",
    has: /not picked from/,
  },
  {
    name: "an error about an entity that stands at several places",
    query: "{ orders { lines { product { stock } } } }",
    has: /no count of b.*no count of b/s,
  },
  {
    name: "a null where none may be, in an entity",
    query: `{ products(skus: ["a", "unnamed"]) { sku name stock } }`,
    has: /non-nullable/,
  },
  {
    name: "a subgraph that is down, below others",
    query: "{ orders { id picked main { name parcel stock } } }",
    interfere: down(["warehouse"]),
    has: /no answer/,
  },
  {
    name: "the first subgraph is down",
    query: "{ orders { main { name } } topProduct { stock } }",
    interfere: down(["orders"]),
    has: /no answer/,
  },
  {
    name: "one of two fetches in parallel fails",
    query: `{ orders { main { size { width } stock title } } }`,
    interfere: down(["catalogue"]),
    has: /title of a/,
  },
  {
    name: "all is down",
    query: "{ orders { main { name } } topProduct { stock } media { rating } }",
    interfere: down(LIBRARY.map(({ name }) => name)),
    has: /no answer/,
  },
  {
    name: "mutations of several subgraphs, one of which fails",
    query: `mutation { close(id: "1") { status picked } recount(sku: "a") { name stock }
      reopen(id: "none") { status picked } rename(sku: "a", name: "x") { product { name stock } query { orders { id } } } }`,
    has: /no such order/,
  },
  {
    name: "a value that is an object, in an object without a prototype",
    query: "{ settings counts }",
    has: /"two":2/,
  },
  {
    name: "a subgraph that answers no entities",
    query: "{ orders { main { name stock } } }",
    interfere: answering("catalogue", { other: 1 }),
    has: /to be an array/,
  },
  {
    name: "entities that are null, and fields that are missing",
    query: "{ orders { main { size { width } stock } lines { product { size { width } } } } }",
    interfere: (subgraph, { variables }) =>
      subgraph === "catalogue" && Array.isArray(variables["representations"])
        ? {
            data: {
              _entities: variables["representations"].map((_one, at) => (at === 0 ? null : {})),
            },
          }
        : null,
    has: /"size":null,"stock":7/,
  },
  {
    name: "an answer that has names of what objects inherit",
    query: "{ orders { id main { name } } }",
    interfere: (subgraph) =>
      subgraph === "orders"
        ? {
            data: JSON.parse(
              `{"__proto__":{"polluted":1},"orders":[{"id":"1","main":{"__typename":"Product","sku":"a","__proto__":{"polluted":1}}}]}`,
            ) as Record<string, unknown>,
          }
        : null,
    has: /product a/,
  },
  {
    name: "errors without a path, with a path beside the entities, and without a message",
    query: `{ order(id: "1") { main { name } } }`,
    interfere: (subgraph) =>
      subgraph === "catalogue"
        ? {
            data: { _entities: [{ name: "x" }] },
            errors: [
              new GraphQLError("of nothing"),
              new GraphQLError("of all", {
                path: ["_entities"],
                extensions: { code: "INVALID_GRAPHQL" },
              }),
              new GraphQLError("", { path: ["_entities", 0, "name"], extensions: { code: "OWN" } }),
              new GraphQLError("of one too many", { path: ["_entities", 7, "name"] }),
            ],
          }
        : null,
    has: /Error while fetching subquery/,
  },
  {
    name: "a condition that is null",
    query: "query If($it: Boolean = true) { orders { main { name @include(if: $it) } } }",
    variables: { it: null },
    has: /thrown/,
  },
  {
    name: "an object where a list should be",
    query: "{ orders { main { name } } }",
    interfere: answering("orders", { orders: { main: null } }),
    has: /thrown/,
  },
  {
    name: "a list where an object should be",
    query: "{ orders { main { name } } }",
    interfere: answering("orders", { orders: [{ main: null }, [{}]] }),
    has: /thrown/,
  },
];

test.each(cases)("as the stock executor: $name", async ({ query, has, ...comparison }) => {
  const { stock, compiled } = await graph.compare(query, comparison);
  expect(JSON.stringify(stock.answer) + stock.errors.join("\n")).toMatch(has);
  for (const outcome of Object.values(compiled)) expect(outcome).toEqual(stock);
  expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
});
