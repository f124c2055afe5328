import { foundBy } from "./topic.ts";
import type { FederationTopic } from "./topic.ts";

const asked: string[] = [];
const SHIPMENTS = [{ id: "1", carrier: "Red", order: { __typename: "Order", id: "o" } }];

/** `@skip` and `@include` where another subgraph is needed, and `__typename` wherever it may stand. */
export const conditions: FederationTopic = {
  subgraphs: {
    shipments: {
      sdl: `type Query { shipments: [Shipment!]! }
        type Shipment @key(fields: "id") { id: ID! carrier: String! order: Subject }
        union Subject = Order
        type Order @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          shipments: () => {
            asked.length = 0;
            return SHIPMENTS;
          },
        },
        Subject: { __resolveType: () => "Order" },
      },
    },
    tracking: {
      sdl: `type Query { asked: [String!]! }
        type Shipment @key(fields: "id") { id: ID! place: String! }
        type Order @key(fields: "id") { id: ID! note: String }`,
      resolvers: {
        Query: { asked: () => [...asked] },
        Shipment: {
          __resolveReference: (reference: object) => {
            asked.push("place");
            return reference;
          },
          place: () => "Bern",
        },
        Order: { ...foundBy("id", [{ id: "o" }]), note: () => "n" },
      },
    },
  },
  cases: [
    ...[true, false].map((isWanted) => ({
      query: `query ($w: Boolean = false) { shipments { id place @include(if: $w) ... on Shipment @skip(if: $w) { carrier } } }`,
      variables: isWanted ? { w: true } : {},
      data: { shipments: [isWanted ? { id: "1", place: "Bern" } : { id: "1", carrier: "Red" }] },
    })),
    {
      query:
        "query ($a: Boolean!, $b: Boolean!) { shipments { carrier order @skip(if: $a) @include(if: $b) { ... on Order { note } } } }",
      variables: { a: false, b: true },
      data: { shipments: [{ carrier: "Red", order: { note: "n" } }] },
    },
    { query: "{ asked }", data: { asked: [] } },
    {
      query:
        "{ __typename kind: __typename shipments { a: __typename order { b: __typename ... on Order { c: __typename note } __typename } } }",
      data: {
        __typename: "Query",
        kind: "Query",
        shipments: [
          { a: "Shipment", order: { b: "Order", c: "Order", note: "n", __typename: "Order" } },
        ],
      },
    },
    {
      query: "query ($no: Boolean!) { shipments @skip(if: $no) { place } asked @include(if: $no) }",
      variables: { no: true },
      data: { asked: [] },
    },
  ],
};
