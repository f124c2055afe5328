import { composeServices } from "@apollo/composition";
import { ApolloGateway } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { createLogger } from "@crossdock/runtime";
import { graphql, parse } from "graphql";
import { createGateway } from "../gateway.ts";
import { CompositionError, composeSupergraph } from "./compose.ts";
import { SupergraphRefusedError } from "./supergraph-refused-error.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@requires", "@interfaceObject", "@shareable"])`;

type Resolvers = Readonly<Record<string, object>>;
type Subgraph = { readonly sdl: string; readonly resolvers: Resolvers };
type Case = {
  readonly subgraphs: Readonly<Record<string, Subgraph>>;
  readonly query: string;
  readonly rightAnswer: unknown;
  /** What the refusal says. */
  readonly says: RegExp;
};

const sku = (reference: { readonly sku: string }) => reference;

const cases: Readonly<Record<string, Case>> = {
  "@requires on a field with arguments": {
    subgraphs: {
      catalog: {
        sdl: `type Query { item: Item } type Item @key(fields: "sku") { sku: ID! }`,
        resolvers: { Query: { item: () => ({ sku: "A" }) }, Item: { __resolveReference: sku } },
      },
      prices: {
        sdl: `type Item @key(fields: "sku") { sku: ID! price(currency: String!): String }`,
        resolvers: {
          Item: {
            __resolveReference: sku,
            price: (_item: unknown, { currency }: { currency: string }) => `10 ${currency}`,
          },
        },
      },
      freight: {
        sdl: `type Item @key(fields: "sku") {
          sku: ID!
          price(currency: String!): String @external
          insured: String @requires(fields: "price(currency: \\"USD\\")") }`,
        resolvers: {
          Item: { __resolveReference: sku, insured: ({ price }: { price: string }) => price },
        },
      },
    },
    query: '{ item { insured price(currency: "EUR") } }',
    rightAnswer: { item: { insured: "10 USD", price: "10 EUR" } },
    says: /freight: Item\.insured has @requires\(fields: "price\(currency: \\?"USD\\?"\)"\) with arguments/,
  },
  "an interface object that cannot be resolved": {
    subgraphs: {
      catalog: {
        sdl: `type Query { name: String }
          interface Node @key(fields: "id") { id: ID! }
          type Item implements Node @key(fields: "id") { id: ID! name: String }`,
        resolvers: {
          Node: {
            __resolveReference: ({ id }: { id: string }) => ({
              __typename: "Item",
              id,
              name: "Bolt",
            }),
          },
          Item: { __resolveReference: ({ id }: { id: string }) => ({ id, name: "Bolt" }) },
        },
      },
      notes: {
        sdl: `type Query { noted: Node }
          type Node @interfaceObject @key(fields: "id", resolvable: false) { id: ID! note: String! }`,
        resolvers: { Query: { noted: () => ({ id: "1", note: "fragile" }) } },
      },
    },
    query: "{ noted { ... on Item { name note } } }",
    rightAnswer: { noted: { note: "fragile", name: "Bolt" } },
    says: /notes: Node is an @interfaceObject with @key\(fields: "id", resolvable: false\)/,
  },
  "the way back to a subgraph that has a key which is not resolvable": {
    subgraphs: {
      catalog: {
        sdl: `type Query { item: Item }
          type Item @key(fields: "sku") { sku: ID! name: String! lot: Lot! @shareable }
          type Lot @shareable { code: ID! site: ID! }`,
        resolvers: {
          Item: {
            __resolveReference: () => ({ sku: "A", name: "Bolt", lot: { code: "L", site: "S" } }),
          },
        },
      },
      labels: {
        sdl: `type Query { labelled: Item }
          type Item @key(fields: "lot { code site }", resolvable: false) @key(fields: "sku lot { code }") {
            sku: ID! lot: Lot! @shareable name: String! @external
            label: String @requires(fields: "name") }
          type Lot @shareable { code: ID! site: ID! }`,
        resolvers: {
          Query: { labelled: () => ({ sku: "A", lot: { code: "L", site: "S" } }) },
          Item: {
            __resolveReference: sku,
            label: (item: { sku?: string; name: string }) => `${String(item.sku)} ${item.name}`,
          },
        },
      },
    },
    query: "{ labelled { label } }",
    rightAnswer: { labelled: { label: "A Bolt" } },
    says: /labels: Item\.label has @requires, and Item has @key\(fields: "lot { code site }", resolvable: false\)/,
  },
};

const servicesOf = ({ subgraphs }: Case) =>
  Object.entries(subgraphs).map(([name, { sdl }]) => ({
    name,
    url: `http://${name}.test/`,
    typeDefs: parse(`${LINK} ${sdl}`),
  }));

/** Composed by the library alone. */
function composed(example: Case): string {
  const { supergraphSdl, errors } = composeServices(servicesOf(example));
  if (supergraphSdl === undefined) throw new Error(String(errors));
  return supergraphSdl;
}

/** What the stock gateway makes of it. */
async function stockAnswer(example: Case): Promise<unknown> {
  const gateway = new ApolloGateway({
    supergraphSdl: composed(example),
    buildService: ({ name }) => {
      const { sdl, resolvers } = example.subgraphs[name] as Subgraph;
      const schema = buildSubgraphSchema([
        { typeDefs: parse(`${LINK} ${sdl}`), resolvers: resolvers as never },
      ]);
      return {
        process: ({ request: { query = "", variables } }) =>
          graphql({ schema, source: query, variableValues: variables }) as never,
      };
    },
  });
  const server = new ApolloServer({ gateway });
  await server.start();
  const { body } = await server.executeOperation({ query: example.query });
  await server.stop();
  return body.kind === "single" ? body.singleResult.data : null;
}

describe.each(Object.entries(cases))("%s", (_title, example) => {
  test("is answered wrongly by the stock gateway", async () => {
    expect(await stockAnswer(example)).not.toEqual(example.rightAnswer);
  });

  test("is refused at composition, with the place", () => {
    const subgraphs = Object.entries(example.subgraphs).map(([name, { sdl }]) => ({
      name,
      url: `http://${name}.test/`,
      sdl: `${LINK} ${sdl}`,
    }));
    expect(() => composeSupergraph(subgraphs)).toThrow(CompositionError);
    expect(() => composeSupergraph(subgraphs)).toThrow(example.says);
  });

  test("is refused by the gateway when it was composed elsewhere", async () => {
    const started = createGateway({
      supergraphSdl: composed(example),
      subgraphs: {},
      verifyToken: () => Promise.reject(new Error("nobody asks")),
      logger: createLogger({ name: "test", level: "silent" }),
    });
    await expect(started).rejects.toThrow(SupergraphRefusedError);
    await expect(started).rejects.toThrow(example.says);
  });
});

test("what is answered rightly composes: plain @requires, a reference by a key that is not resolvable", () => {
  const subgraphs = [
    {
      name: "catalog",
      url: "http://catalog.test/",
      sdl: `${LINK} type Query { item: Item } type Item @key(fields: "sku") { sku: ID! weight: Int }`,
    },
    {
      name: "freight",
      url: "http://freight.test/",
      sdl: `${LINK} type Item @key(fields: "sku") {
        sku: ID! weight: Int @external cost: Int @requires(fields: "weight") }`,
    },
    {
      name: "notes",
      url: "http://notes.test/",
      sdl: `${LINK} type Query { noted: Item } type Item @key(fields: "sku", resolvable: false) { sku: ID! }`,
    },
  ];
  expect(composeSupergraph(subgraphs)).toMatch(/requires: "weight"/);
});
