import { foundBy } from "./topic.ts";
import type { FederationTopic } from "./topic.ts";

const BOOKS = [{ __typename: "Book", id: "b", title: "Bolts" }];
const DISCS = [{ __typename: "Disc", id: "d", title: "Nuts" }];

/** Unions and interfaces of which each subgraph knows some members, fields that differ by member, circles of interfaces. */
export const abstractTypes: FederationTopic = {
  subgraphs: {
    shop: {
      sdl: `type Query { things: [Thing!]! titled: [Titled!]! book: Book }
        union Thing = Book | Disc | Voucher
        interface Titled { title: String similar: Titled }
        type Book implements Titled @key(fields: "id") { id: ID! title: String similar: Titled price: Int! }
        type Disc implements Titled @key(fields: "id") { id: ID! title: String similar: Titled price: String }
        type Voucher { code: String! }`,
      resolvers: {
        Query: {
          things: () => [...BOOKS, { __typename: "Voucher", code: "V" }, ...DISCS],
          titled: () => [...DISCS, ...BOOKS],
          book: () => BOOKS[0],
        },
        Book: { ...foundBy("id", BOOKS), price: () => 10, similar: () => DISCS[0] },
        Disc: { ...foundBy("id", DISCS), price: () => "ten", similar: () => BOOKS[0] },
        Thing: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
        Titled: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      },
    },
    reviews: {
      sdl: `type Query { reviewed: [Reviewed!]! }
        union Reviewed = Book | Disc
        interface Rated { stars: Int! }
        type Book implements Rated @key(fields: "id") { id: ID! stars: Int! readers: Int }
        type Disc implements Rated @key(fields: "id") { id: ID! stars: Int! listeners: Int }`,
      resolvers: {
        Query: {
          reviewed: () => [
            { __typename: "Book", id: "b" },
            { __typename: "Disc", id: "gone" },
          ],
        },
        Book: { ...foundBy("id", [{ id: "b" }]), stars: () => 5, readers: () => 7 },
        Disc: { ...foundBy("id", [{ id: "d" }]), stars: () => 3, listeners: () => null },
        Reviewed: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
      },
    },
  },
  cases: [
    {
      query: `{ things { __typename ... on Book { price stars } ... on Disc { cost: price listeners } ... on Voucher { code } } }`,
      data: {
        things: [
          { __typename: "Book", price: 10, stars: 5 },
          { __typename: "Voucher", code: "V" },
          { __typename: "Disc", cost: "ten", listeners: null },
        ],
      },
    },
    {
      query: `{ titled { title similar { title similar { __typename ... on Disc { stars } } } } }`,
      data: {
        titled: [
          { title: "Nuts", similar: { title: "Bolts", similar: { __typename: "Disc", stars: 3 } } },
          { title: "Bolts", similar: { title: "Nuts", similar: { __typename: "Book" } } },
        ],
      },
    },
    {
      query: `{ titled { ... on Rated { stars } ...B } } fragment B on Book { readers ... on Titled { title } }`,
      data: { titled: [{ stars: 3 }, { stars: 5, readers: 7, title: "Bolts" }] },
    },
    {
      query: "{ reviewed { ... on Titled { title } ... on Book { readers } } }",
      data: { reviewed: [{ title: "Bolts", readers: 7 }, { title: null }] },
    },
  ],
};
