import { foundBy } from "./topic.ts";
import type { FederationTopic } from "./topic.ts";

type Given = Readonly<Record<string, unknown>>;
const MINE = { id: "1", name: { first: "Ann" }, state: "ACTIVE" };

/** Roots that several subgraphs serve a part of, values, enums and inputs that they know differently. */
export const sharedRoots: FederationTopic = {
  subgraphs: {
    names: {
      sdl: `type Query {
          me: Me! @shareable
          find(by: Filter): String
          secret: Hidden
        }
        type Me @shareable { id: ID! name: Name! state: State! }
        type Name { first: String! @shareable }
        enum State { ACTIVE GONE @inaccessible }
        input Filter { text: String limit: Int = 3 onlyHere: Boolean }
        type Hidden @inaccessible { value: String }
        extend type Query { hidden: Hidden @inaccessible }`.replace("secret: Hidden", ""),
      resolvers: {
        Query: {
          me: () => MINE,
          find: (_root: unknown, args: { by?: Given }) => JSON.stringify(args.by ?? null),
          hidden: () => null,
        },
      },
    },
    mails: {
      sdl: `type Query { me: Me! @shareable search(by: Filter): String }
        type Me { mail: String! name: Name! @shareable }
        type Name { last: String! }
        input Filter { text: String limit: Int = 3 }`,
      resolvers: {
        Query: {
          me: () => ({ mail: "ann@example.test", name: { last: "Lee" } }),
          search: (_root: unknown, args: { by?: Given }) => JSON.stringify(args.by ?? null),
        },
      },
    },
  },
  cases: [
    {
      query: "{ me { id name { first last } mail state } }",
      data: {
        me: {
          id: "1",
          name: { first: "Ann", last: "Lee" },
          mail: "ann@example.test",
          state: "ACTIVE",
        },
      },
    },
    {
      query: "{ a: me { mail } b: me { name { last first } } }",
      data: { a: { mail: "ann@example.test" }, b: { name: { last: "Lee", first: "Ann" } } },
    },
    {
      query:
        'query ($by: Filter, $text: String = "t") { find(by: $by) search(by: { text: $text }) }',
      variables: { by: { text: "x" } },
      data: { find: '{"text":"x","limit":3}', search: '{"text":"t","limit":3}' },
    },
  ],
};

const THINGS = [
  { __typename: "Order", id: "o1" },
  { __typename: "Item", id: "i1" },
];

/** An object of any kind by its id, whose fields are in other subgraphs. */
export const anyNode: FederationTopic = {
  subgraphs: {
    nodes: {
      sdl: `type Query { node(id: ID!): Node nodes: [Node]! }
        interface Node { id: ID! }
        type Order implements Node @key(fields: "id") { id: ID! }
        type Item implements Node @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          node: (_root: unknown, { id }: { id: string }) =>
            THINGS.find((thing) => thing.id === id) ?? null,
          nodes: () => [...THINGS, null, { __typename: "Item", id: "gone" }],
        },
        Node: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      },
    },
    orders: {
      sdl: `interface Node { id: ID! }
        type Order implements Node @key(fields: "id") { id: ID! total: Int! items: [Item!]! }
        type Item implements Node @key(fields: "id") { id: ID! }`,
      resolvers: {
        Order: {
          ...foundBy("id", [{ id: "o1" }]),
          total: () => 7,
          items: () => [{ id: "i1" }, { id: "i1" }],
        },
      },
    },
    items: {
      sdl: `type Item @key(fields: "id") { id: ID! name: String! }`,
      resolvers: { Item: foundBy("id", [{ id: "i1", name: "Bolt" }]) },
    },
  },
  cases: [
    {
      query:
        '{ node(id: "o1") { id ... on Order { total items { name } } ... on Item { name } } none: node(id: "x") { id } }',
      data: {
        node: { id: "o1", total: 7, items: [{ name: "Bolt" }, { name: "Bolt" }] },
        none: null,
      },
    },
    {
      query: "{ nodes { __typename ... on Item { name } } }",
      data: { nodes: [{ __typename: "Order" }, { __typename: "Item", name: "Bolt" }, null, null] },
    },
  ],
};

const log: string[] = [];

/** Several mutations are made one after the other, in the order in which they are asked for, each wherever it belongs. */
export const mutationsInTurn: FederationTopic = {
  subgraphs: {
    first: {
      sdl: `type Query { first: Int }
        type Mutation { add(text: String!): Entry! begin: Int }
        type Entry @key(fields: "id") { id: ID! at: Int! }`,
      resolvers: {
        Query: { first: () => 1 },
        Mutation: {
          begin: () => log.splice(0).length * 0,
          add: (_root: unknown, { text }: { text: string }) => {
            log.push(text);
            return { id: text, at: log.length };
          },
        },
        Entry: { __resolveReference: (reference: object) => ({ at: 0, ...reference }) },
      },
    },
    second: {
      sdl: `type Mutation { append(text: String!): Entry! }
        type Entry @key(fields: "id") { id: ID! seen: String! }`,
      resolvers: {
        Mutation: {
          append: (_root: unknown, { text }: { text: string }) => {
            log.push(text);
            return { id: text };
          },
        },
        Entry: {
          __resolveReference: (reference: object) => reference,
          seen: () => log.join(","),
        },
      },
    },
  },
  cases: [
    {
      query: `mutation { begin a: add(text: "a") { at seen } b: append(text: "b") { seen } c: add(text: "c") { at seen } d: append(text: "d") { id } }`,
      data: {
        begin: 0,
        a: { at: 1, seen: "a" },
        b: { seen: "a,b" },
        c: { at: 3, seen: "a,b,c" },
        d: { id: "d" },
      },
    },
  ],
};
