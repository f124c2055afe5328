import { foundBy } from "./topic.ts";
import type { FederationTopic } from "./topic.ts";

const GROUPS = [
  { id: "1", name: "Bolts", parent: { id: "2", name: "Metal" } },
  { id: "2", name: "Metal", parent: null },
];
const ITEMS = [
  { __typename: "Bolt", id: "1" },
  { __typename: "Nut", id: "2" },
];

/** Fields that a path brings along from a subgraph that does not own them: nested, of a union's members, of an interface's. */
export const provides: FederationTopic = {
  subgraphs: {
    lists: {
      sdl: `type Query {
          provided: [Group!]! @provides(fields: "name parent { name }")
          bare: [Group!]!
          members: [Member!]! @provides(fields: "... on Bolt { thread } ... on Nut { size }")
          items: [Item!]! @provides(fields: "... on Nut { size }")
        }
        type Group @key(fields: "id") { id: ID! name: String! @external parent: Group @external }
        union Member = Bolt | Nut
        interface Item { id: ID! }
        type Bolt implements Item @key(fields: "id") { id: ID! thread: String @external }
        type Nut implements Item @key(fields: "id") { id: ID! size: Int @external }`,
      resolvers: {
        Query: {
          provided: () =>
            GROUPS.map(({ id, parent }) => ({
              id,
              name: "here",
              parent: parent && { id: parent.id, name: "here" },
            })),
          bare: () => GROUPS.map(({ id }) => ({ id })),
          members: () => ITEMS.map((item) => ({ ...item, thread: "M8", size: 8 })),
          items: () => ITEMS.map((item) => ({ ...item, size: 8 })),
        },
      },
    },
    owners: {
      sdl: `type Query { groups: [Group!]! }
        type Group @key(fields: "id") { id: ID! name: String! @shareable parent: Group @shareable }
        type Bolt @key(fields: "id") { id: ID! thread: String @shareable weight: Int }
        type Nut @key(fields: "id") { id: ID! size: Int @shareable weight: Int }`,
      resolvers: {
        Query: { groups: () => GROUPS },
        Group: foundBy("id", GROUPS),
        Bolt: foundBy("id", [{ id: "1", thread: "M8 of its owner", weight: 10 }]),
        Nut: foundBy("id", [{ id: "2", size: 9, weight: 5 }]),
      },
    },
  },
  cases: [
    {
      query: "{ provided { name parent { name } } }",
      data: {
        provided: [
          { name: "here", parent: { name: "here" } },
          { name: "here", parent: null },
        ],
      },
    },
    {
      query: "{ bare { name parent { name parent { id } } } }",
      data: {
        bare: [
          { name: "Bolts", parent: { name: "Metal", parent: null } },
          { name: "Metal", parent: null },
        ],
      },
    },
    {
      query: "{ members { ... on Bolt { thread weight } ... on Nut { size } } }",
      data: { members: [{ thread: "M8", weight: 10 }, { size: 8 }] },
    },
    {
      query: "{ items { id ... on Bolt { thread } ... on Nut { size weight } } }",
      data: {
        items: [
          { id: "1", thread: "M8 of its owner" },
          { id: "2", size: 8, weight: 5 },
        ],
      },
    },
  ],
};

const POSTS = [
  { __typename: "Image", id: "1", at: "old", title: "One" },
  { __typename: "Text", id: "2", at: "old", title: "Two" },
];

/** Fields that have moved to another subgraph, one of them required there, one of an interface's implementation. */
export const override: FederationTopic = {
  subgraphs: {
    before: {
      sdl: `type Query { posts: [Post!]! }
        interface Post { id: ID! at: String! }
        type Image implements Post @key(fields: "id") { id: ID! at: String! title: String! }
        type Text implements Post @key(fields: "id") { id: ID! at: String! title: String! }`,
      resolvers: {
        Query: { posts: () => POSTS },
        Image: foundBy("id", POSTS),
        Text: foundBy("id", POSTS),
      },
    },
    after: {
      sdl: `type Query { images: [Image!]! }
        type Image @key(fields: "id") {
          id: ID!
          at: String! @override(from: "before")
          title: String! @external
          shown: String! @requires(fields: "title")
        }`,
      resolvers: {
        Query: { images: () => [{ id: "1" }] },
        Image: {
          __resolveReference: (reference: object) => reference,
          at: () => "new",
          shown: ({ title }: { title: string }) => `<${title}>`,
        },
      },
    },
    captions: {
      sdl: `type Image @key(fields: "id") {
          id: ID!
          at: String! @external
          caption: String! @requires(fields: "at")
        }`,
      resolvers: {
        Image: {
          __resolveReference: (reference: object) => reference,
          caption: ({ at }: { at: string }) => `as of ${at}`,
        },
      },
    },
  },
  cases: [
    {
      query: "{ posts { id at } }",
      data: {
        posts: [
          { id: "1", at: "new" },
          { id: "2", at: "old" },
        ],
      },
    },
    {
      query: "{ posts { ... on Image { caption shown } } images { title at caption } }",
      data: {
        posts: [{ caption: "as of new", shown: "<One>" }, {}],
        images: [{ title: "One", at: "new", caption: "as of new" }],
      },
    },
  ],
};
