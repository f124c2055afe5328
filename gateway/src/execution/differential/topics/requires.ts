import { foundBy } from "./topic.ts";
import type { FederationTopic } from "./topic.ts";

const GOODS = [
  { id: "1", weight: 2, box: { width: 3, height: 4 }, hazard: null },
  { id: "2", weight: 5, box: null, hazard: "acid" },
];

type Given = Readonly<Record<string, unknown>>;

/** Fields that are made of other subgraphs' fields, some of which are made of others again. */
export const requires: FederationTopic = {
  subgraphs: {
    goods: {
      sdl: `type Query { goods: [Good!]! }
        type Good @key(fields: "id") { id: ID! weight: Int! box: Box hazard: String }
        type Box { width: Int! height: Int! }`,
      resolvers: { Query: { goods: () => GOODS }, Good: foundBy("id", GOODS) },
    },
    freight: {
      sdl: `type Good @key(fields: "id") {
          id: ID!
          weight: Int! @external
          box: Box @external
          hazard: String @external
          cost: Int! @requires(fields: "weight")
          volume: Int @requires(fields: "box { width height }")
          permit: String @requires(fields: "hazard weight")
        }
        type Box { width: Int! @external height: Int! @external }`,
      resolvers: {
        Good: {
          __resolveReference: (reference: Given) => reference,
          cost: ({ weight }: Given) => Number(weight) * 10,
          volume: ({ box }: { box: { width: number; height: number } | null }) =>
            box === null ? null : box.width * box.height,
          permit: ({ hazard, weight }: Given) =>
            hazard === null ? null : `${String(hazard)} of ${String(weight)} kg`,
        },
      },
    },
    offers: {
      sdl: `type Good @key(fields: "id") {
          id: ID!
          cost: Int! @external
          volume: Int @external
          price: Int! @requires(fields: "cost")
          label: String! @requires(fields: "volume cost")
        }`,
      resolvers: {
        Good: {
          __resolveReference: (reference: Given) => reference,
          price: ({ cost }: Given) => Number(cost) + 1,
          label: ({ volume, cost }: Given) => `${String(volume)}/${String(cost)}`,
        },
      },
    },
  },
  cases: [
    {
      query: "{ goods { cost volume } }",
      data: {
        goods: [
          { cost: 20, volume: 12 },
          { cost: 50, volume: null },
        ],
      },
    },
    {
      query: "{ goods { label price permit } }",
      data: {
        goods: [
          { label: "12/20", price: 21, permit: null },
          { label: "null/50", price: 51, permit: "acid of 5 kg" },
        ],
      },
    },
    {
      query: "{ goods { weight: price price: cost } }",
      data: {
        goods: [
          { weight: 21, price: 20 },
          { weight: 51, price: 50 },
        ],
      },
    },
  ],
};

const MIXED = [
  {
    id: "1",
    payment: { __typename: "Card", holder: "Ann", number: "42" },
    party: { __typename: "Firm", vat: "V1" },
  },
  {
    id: "2",
    payment: { __typename: "Cash", holder: "Bob", coins: [1, 2] },
    party: { __typename: "Person", born: "1990" },
  },
];

/** What is required stands behind fragments on an interface and on a union. */
export const requiresThroughFragments: FederationTopic = {
  subgraphs: {
    orders: {
      sdl: `type Query { orders: [Order!]! }
        type Order @key(fields: "id") { id: ID! payment: Payment! party: Party! }
        interface Payment { holder: String! }
        type Card implements Payment { holder: String! number: String! }
        type Cash implements Payment { holder: String! coins: [Int!]! }
        union Party = Firm | Person
        type Firm { vat: String! }
        type Person { born: String! }`,
      resolvers: { Query: { orders: () => MIXED }, Order: foundBy("id", MIXED) },
    },
    risk: {
      sdl: `type Order @key(fields: "id") {
          id: ID!
          payment: Payment! @external
          party: Party! @external
          risk: String! @requires(fields: "payment { holder ... on Card { number } ... on Cash { coins } } party { ... on Firm { vat } ... on Person { born } }")
        }
        interface Payment { holder: String! }
        type Card implements Payment { holder: String! @external number: String! @external }
        type Cash implements Payment { holder: String! @external coins: [Int!]! @external }
        union Party = Firm | Person
        type Firm { vat: String! @external }
        type Person { born: String! @external }`,
      resolvers: {
        Order: {
          __resolveReference: (reference: Given) => reference,
          risk: ({ payment, party }: { payment: Given; party: Given }) =>
            [payment["holder"], payment["number"], payment["coins"], party["vat"], party["born"]]
              .map((value) => JSON.stringify(value) ?? "-")
              .join(" "),
        },
      },
    },
  },
  cases: [
    {
      query: "{ orders { id risk } }",
      data: {
        orders: [
          { id: "1", risk: '"Ann" "42" - "V1" -' },
          { id: "2", risk: '"Bob" - [1,2] - "1990"' },
        ],
      },
    },
    {
      query: "{ orders { risk payment { ... on Card { holder } } } }",
      data: {
        orders: [
          { risk: '"Ann" "42" - "V1" -', payment: { holder: "Ann" } },
          { risk: '"Bob" - [1,2] - "1990"', payment: {} },
        ],
      },
    },
  ],
};

/** Two subgraphs that require of each other. */
export const requiresInTurn: FederationTopic = {
  subgraphs: {
    first: {
      sdl: `type Query { thing: Thing }
        type Thing @key(fields: "id") {
          id: ID!
          a: Int!
          b: Int! @external
          c: Int! @requires(fields: "b")
        }`,
      resolvers: {
        Query: { thing: () => ({ id: "1", a: 1 }) },
        Thing: {
          __resolveReference: (reference: Given) => ({ a: 1, ...reference }),
          c: ({ b }: Given) => Number(b) + 1,
        },
      },
    },
    second: {
      sdl: `type Thing @key(fields: "id") {
          id: ID!
          a: Int! @external
          c: Int! @external
          b: Int! @requires(fields: "a")
          d: Int! @requires(fields: "c")
        }`,
      resolvers: {
        Thing: {
          __resolveReference: (reference: Given) => reference,
          b: ({ a }: Given) => Number(a) + 1,
          d: ({ c }: Given) => Number(c) + 1,
        },
      },
    },
  },
  cases: [
    { query: "{ thing { c b } }", data: { thing: { c: 3, b: 2 } } },
    ...["{ thing { d } }", "{ thing { d c b a } }"].map((query) => ({
      query,
      data: { thing: null },
      plannerFault:
        "It has c made in the subgraph where the thing was found, without the b that c requires.",
    })),
  ],
};
