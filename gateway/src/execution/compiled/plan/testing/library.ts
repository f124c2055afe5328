import { setImmediate } from "node:timers/promises";
import { GraphQLError } from "graphql";
import type { TestSubgraph } from "./compare-plans.ts";

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
  import: ["@key", "@external", "@requires", "@provides", "@shareable", "@interfaceObject"])`;

type Ref = { readonly __typename?: string; readonly sku: string };

/** Orders, the products that they are of, what the warehouse knows of those, and what is said of media. */
export const LIBRARY: readonly TestSubgraph[] = [
  {
    name: "orders",
    sdl: `${LINK}
      scalar Json
      type Query {
        orders: [Order]
        order(id: ID!): Order
        search: [Found!]!
        holders: [Holder]
        shelf: [[Product]]
        settings: Json
        offers: [Offer]
      }
      type Offer @key(fields: "id") @key(fields: "sku") { id: ID! sku: ID! }
      type Mutation { close(id: ID!): Order reopen(id: ID!): Order }
      type Order @key(fields: "id") { id: ID! status(upper: Boolean = false): String note: Note lines: [Line] main: Product }
      type Note @shareable { text: String author: String }
      type Line { quantity: Int product: Product substitute: Product }
      type Product @key(fields: "sku") { sku: ID! }
      union Found = Order | Line | Product
      interface Holder { id: ID! held: Product }
      type Person implements Holder { id: ID! held: Product age: Int }
      type Site implements Holder { id: ID! held: Product city: String }
    `,
    resolvers: {
      Query: {
        orders: () => [order("1"), null, order("2"), order("3")],
        order: (_root: unknown, { id }: { id: string }) => order(id),
        search: () => [
          { __typename: "Order", ...order("2") },
          { __typename: "Line", quantity: 9, product: { sku: "a" } },
          { __typename: "Product", sku: "b" },
        ],
        holders: () => [
          { __typename: "Person", id: "p", age: 3, held: { sku: "a" } },
          { __typename: "Site", id: "s", city: "Ulm", held: { sku: "b" } },
          { __typename: "Site", id: "t", city: "Ulm", held: null },
        ],
        shelf: () => [[{ sku: "a" }, null, { sku: "b" }], null, [], [{ sku: "a" }]],
        offers: () => ["1", "2"].map((id) => ({ id, sku: "a" })),
        settings: () => ({ __proto__: null, list: [1, { two: 2 }] }),
      },
      Mutation: {
        close: (_root: unknown, { id }: { id: string }) => order(id),
        reopen: (_root: unknown, { id }: { id: string }) => {
          if (id === "none")
            throw new GraphQLError("no such order", { extensions: { code: "NOT_FOUND" } });
          return order(id);
        },
      },
      Order: {
        status: ({ id }: { id: string }, { upper }: { upper: boolean }) =>
          upper ? `OPEN ${id}` : `open ${id}`,
      },
    },
  },
  {
    name: "catalogue",
    sdl: `${LINK}
      type Query { topProduct: Product products(skus: [ID!]!): [Product] me: Me }
      type Mutation { rename(sku: ID!, name: String): Renamed }
      type Renamed { product: Product query: Query }
      type Me { query: Query }
      type Product @key(fields: "sku") { sku: ID! name: String! size: Size parts: [Part] maker: Maker @shareable }
      type Size { width: Int height: Int }
      type Part { code: String of: [Size] }
      type Maker @key(fields: "id") @shareable { id: ID! name: String }
      type Offer @key(fields: "sku") { sku: ID! terms: Terms @shareable }
      type Terms { days: Int }
    `,
    resolvers: {
      Query: {
        topProduct: () => product("a"),
        products: (_root: unknown, { skus }: { skus: string[] }) => skus.map(product),
        me: () => ({ query: {} }),
      },
      Mutation: {
        rename: (_root: unknown, { sku }: { sku: string }) => ({
          product: product(sku),
          query: {},
        }),
      },
      Product: { __resolveReference: ({ sku }: Ref) => product(sku) },
      Offer: { terms: () => ({ days: 30 }) },
    },
  },
  {
    name: "warehouse",
    sdl: `${LINK}
      type Query { counts: [Int] }
      type Mutation { recount(sku: ID!): Product }
      type Order @key(fields: "id") { id: ID! picked: Boolean! }
      type Product @key(fields: "sku") {
        sku: ID!
        size: Size @external
        parts: [Part] @external
        stock(site: String): Int
        parcel: String @requires(fields: "size { width height }")
        kit: String @requires(fields: "parts { code of { width } } size { width }")
      }
      type Size { width: Int @external height: Int @external }
      type Part { code: String @external of: [Size] @external }
      type Maker @key(fields: "id") { id: ID! visits: Int }
      type Offer @key(fields: "id") { id: ID! terms: Terms @shareable }
      type Terms { currency: String }
    `,
    resolvers: {
      Query: { counts: () => [1, 2] },
      Mutation: { recount: (_root: unknown, { sku }: Ref) => ({ sku }) },
      Order: {
        __resolveReference: ({ id }: { id: string }) => {
          if (id === "3")
            throw new GraphQLError("not picked from", { extensions: { code: "BUSY" } });
          return { id, picked: id === "1" };
        },
      },
      Product: {
        __resolveReference: (reference: Ref) => reference,
        stock: ({ sku }: Ref, { site }: { site?: string }) => {
          if (sku === "b") throw new Error(`no count of ${sku}`);
          return site === undefined ? 7 : site.length;
        },
        parcel: ({ size }: { size: unknown }) => JSON.stringify(size),
        kit: ({ parts, size }: { parts: unknown; size: unknown }) => JSON.stringify([parts, size]),
      },
      Offer: {
        terms: async ({ id }: { id: string }) => {
          await setImmediate(); // so that the other half of the terms is merged before
          return { currency: `of ${id}` };
        },
      },
      Maker: { visits: ({ id }: { id: string }) => id.length },
    },
  },
  {
    name: "media",
    sdl: `${LINK}
      type Query { media: [Media] }
      interface Media @key(fields: "id") { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
    `,
    resolvers: {
      Query: { media: () => [medium("1"), medium("2"), null, { ...medium("2"), id: "1" }] },
      Media: { __resolveReference: ({ id }: { id: string }) => medium(id) },
      Book: { __resolveReference: ({ id }: { id: string }) => medium(id) },
      Film: { __resolveReference: ({ id }: { id: string }) => medium(id) },
    },
  },
  {
    name: "reviews",
    sdl: `${LINK}
      type Query { latest: [Review] rated: Media }
      type Review { stars: Int by: User product: Product @provides(fields: "title") }
      type User @key(fields: "id") { id: ID! name: String }
      type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int reviews: [Review] }
      type Product @key(fields: "sku") { sku: ID! title: String @external }
    `,
    resolvers: {
      Query: {
        latest: () => [
          { stars: 5, by: { id: "u", name: "Uma" }, product: { sku: "a", title: "A!" } },
        ],
        rated: () => ({ id: "2" }),
      },
      Media: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        rating: ({ id }: { id: string }) => Number(id) + 1,
        reviews: () => [{ stars: 1, product: { sku: "b", title: "B!" } }],
      },
    },
  },
  {
    name: "titles",
    sdl: `${LINK}
      type Product @key(fields: "sku") { sku: ID! title: String @shareable }
    `,
    resolvers: { Product: { title: ({ sku }: Ref) => `title of ${sku}` } },
  },
];

function order(id: string) {
  const lines = [
    { quantity: 1, product: { sku: "a" }, substitute: { sku: "b" } },
    null,
    { quantity: 2, product: null, substitute: { sku: "a" } },
    { quantity: 3, product: { sku: "b" } },
    { quantity: 4, product: { sku: 'quoted " \\ \ud83d' } },
  ];
  return {
    id,
    note: { text: `note of ${id}` },
    lines: id === "2" ? [] : lines,
    main: { sku: "a" },
  };
}

function product(sku: string) {
  if (sku === "gone") return null;
  return {
    sku,
    name: sku === "unnamed" ? null : `product ${sku}`,
    size: sku === "b" ? null : { width: 1, height: 2 },
    parts: [{ code: `${sku}1`, of: [{ width: 3 }, null] }, null],
    maker: { id: `m${sku}`, name: "Maker" },
  };
}

function medium(id: string) {
  return id === "1"
    ? { __typename: "Book", id, title: "One", pages: 3 }
    : { __typename: "Film", id, title: "Two", minutes: 90 };
}
