import { foundBy } from "./topic.ts";
import type { FederationTopic } from "./topic.ts";

type Given = Readonly<Record<string, unknown>>;
const PARTS = [
  { id: "p1", sku: "S1", line: { id: "l1", no: 1 } },
  { id: "p2", sku: "S2", line: { id: "l2", no: 2 } },
];

/** Entities that each subgraph knows by another key: the way from one to another leads through a third. */
export const manyKeys: FederationTopic = {
  subgraphs: {
    lists: {
      sdl: `type Query { parts: [Part!]! }
        type Part @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { parts: () => PARTS.map(({ id }) => ({ id })) } },
    },
    links: {
      sdl: `type Part @key(fields: "id") @key(fields: "id sku") { id: ID! sku: ID! }`,
      resolvers: { Part: foundBy("id", PARTS) },
    },
    lines: {
      sdl: `type Part @key(fields: "id sku") @key(fields: "line { id no }") { id: ID! sku: ID! line: Line! }
        type Line { id: ID! no: Int! }`,
      resolvers: {
        Part: {
          __resolveReference: ({ sku }: Given) => PARTS.find((part) => part.sku === sku) ?? null,
        },
      },
    },
    prices: {
      sdl: `type Part @key(fields: "line { id no }") { line: Line! price: Float }
        type Line { id: ID! no: Int! }`,
      resolvers: {
        Part: {
          __resolveReference: (reference: Given) => reference,
          price: ({ line }: { line: { no: number } }) => line.no * 1.5,
        },
      },
    },
  },
  cases: [
    { query: "{ parts { price } }", data: { parts: [{ price: 1.5 }, { price: 3 }] } },
    {
      query: "{ parts { line { no } cost: price sku } }",
      data: {
        parts: [
          { line: { no: 1 }, cost: 1.5, sku: "S1" },
          { line: { no: 2 }, cost: 3, sku: "S2" },
        ],
      },
    },
  ],
};

/** Keys that are null, and entities that are not found: what they have elsewhere is null, or takes its parent along. */
export const nullKeys: FederationTopic = {
  subgraphs: {
    shelves: {
      sdl: `type Query { shelves: [Shelf]! }
        type Shelf @key(fields: "code") { code: String row: Int }`,
      resolvers: {
        Query: {
          shelves: () => [
            { code: "A", row: 1 },
            { code: null, row: 2 },
            null,
            { code: "gone", row: 3 },
            { code: "A", row: 4 },
          ],
        },
      },
    },
    stock: {
      sdl: `type Shelf @key(fields: "code") { code: String pieces: Int! label: String }`,
      resolvers: {
        Shelf: {
          __resolveReference: ({ code }: Given) => (code === "A" ? { code } : null),
          pieces: () => 5,
          label: () => "L",
        },
      },
    },
  },
  cases: [
    {
      query: "{ shelves { row label } }",
      data: {
        shelves: [
          { row: 1, label: "L" },
          { row: 2, label: null },
          null,
          { row: 3, label: null },
          { row: 4, label: "L" },
        ],
      },
    },
    {
      query: "{ shelves { row pieces } }",
      data: { shelves: [{ row: 1, pieces: 5 }, null, null, null, { row: 4, pieces: 5 }] },
    },
  ],
};

/** Objects that are reached through their parent, because they have no key of their own. */
export const throughTheParent: FederationTopic = {
  subgraphs: {
    orders: {
      sdl: `type Query { order: Order }
        type Order @key(fields: "id") { id: ID! address: Address! @shareable }
        type Address { city: String! @shareable depot: Depot! @shareable }
        type Depot { id: ID! @shareable }`,
      resolvers: {
        Query: { order: () => ({ id: "1", address: { city: "Rome", depot: { id: "d" } } }) },
        Order: {
          __resolveReference: ({ id }: Given) => ({
            id,
            address: { city: "Rome", depot: { id: "d" } },
          }),
        },
      },
    },
    routes: {
      sdl: `type Order @key(fields: "id") { id: ID! address: Address! @shareable }
        type Address { zone: Int! depot: Depot! @shareable }
        type Depot { name: String! }`,
      resolvers: {
        Order: {
          __resolveReference: (reference: object) => reference,
          address: () => ({ zone: 3, depot: { name: "North" } }),
        },
      },
    },
  },
  cases: [
    {
      query: "{ order { address { city zone depot { id name } } } }",
      data: { order: { address: { city: "Rome", zone: 3, depot: { id: "d", name: "North" } } } },
    },
  ],
};
