import { foundBy } from "./topic.ts";
import type { FederationTopic } from "./topic.ts";

const STAFF = [
  { __typename: "Buyer", id: "1", name: "Ann", budget: 100 },
  { __typename: "Picker", id: "2", name: "Bob", hall: "H1" },
];
const NOTES = [
  { id: "1", badge: "A1" },
  { id: "2", badge: "B2" },
];
type Given = Readonly<Record<string, unknown>>;

/** A subgraph that adds fields to an interface without knowing its implementations. */
export const interfaceObjects: FederationTopic = {
  subgraphs: {
    staff: {
      sdl: `type Query { staff: [Worker!]! }
        interface Worker @key(fields: "id") { id: ID! name: String! }
        type Buyer implements Worker @key(fields: "id") { id: ID! name: String! budget: Int! }
        type Picker implements Worker @key(fields: "id") { id: ID! name: String! hall: String! }`,
      resolvers: {
        Query: { staff: () => STAFF },
        Worker: {
          ...foundBy("id", STAFF),
          __resolveType: ({ __typename }: Given) => __typename,
        },
        Buyer: foundBy("id", STAFF),
        Picker: foundBy("id", STAFF),
      },
    },
    badges: {
      sdl: `type Query { badged: [Worker!]! }
        type Worker @key(fields: "id") @interfaceObject {
          id: ID!
          name: String! @external
          badge: String!
          sign: String! @requires(fields: "name")
        }`,
      resolvers: {
        Query: { badged: () => NOTES },
        Worker: {
          ...foundBy("id", NOTES),
          sign: ({ badge, name }: Given) => `${String(badge)}: ${String(name)}`,
        },
      },
    },
    shifts: {
      sdl: `type Query { shifts: [Shift!]! }
        type Shift @key(fields: "id") { id: ID! worker: Worker! lead: Worker }
        type Worker @key(fields: "id") @interfaceObject { id: ID! shifts: [Shift!]! }`,
      resolvers: {
        Query: { shifts: () => [{ id: "s1", worker: { id: "2" }, lead: { id: "1" } }] },
        Worker: {
          __resolveReference: (reference: object) => reference,
          shifts: ({ id }: Given) =>
            id === "2" ? [{ id: "s1", worker: { id: "2" }, lead: null }] : [],
        },
      },
    },
  },
  cases: [
    {
      query: "{ staff { name badge ... on Picker { hall badge } } }",
      data: {
        staff: [
          { name: "Ann", badge: "A1" },
          { name: "Bob", badge: "B2", hall: "H1" },
        ],
      },
    },
    {
      query: "{ badged { __typename id name badge } }",
      data: {
        badged: [
          { __typename: "Buyer", id: "1", name: "Ann", badge: "A1" },
          { __typename: "Picker", id: "2", name: "Bob", badge: "B2" },
        ],
      },
    },
    {
      query: "{ badged { ... on Buyer { budget sign } } staff { sign } }",
      data: {
        badged: [{ budget: 100, sign: "A1: Ann" }, {}],
        staff: [{ sign: "A1: Ann" }, { sign: "B2: Bob" }],
      },
    },
    {
      query:
        "{ shifts { worker { badge name shifts { worker { ... on Picker { hall } } } } lead { ... on Buyer { budget } badge } } }",
      data: {
        shifts: [
          {
            worker: { badge: "B2", name: "Bob", shifts: [{ worker: { hall: "H1" } }] },
            lead: { budget: 100, badge: "A1" },
          },
        ],
      },
    },
  ],
};
