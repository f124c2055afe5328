import { composeTrial } from "./trial-graph.ts";

const NAMES = `
  type Query {
    me: User @shareable
    users: [User!]! @shareable
    node(id: ID!): Node @shareable
    any: [Any!] @shareable
    setting(of: Filter): Setting @shareable
  }
  type Mutation { setName(name: String!): User! clear: Boolean }
  interface Node { id: ID! }
  type User implements Node @key(fields: "id") { id: ID! name: Name! @shareable status: Status kind: Kind! @shareable }
  type Name { first: String @shareable last: String @shareable whole: String! }
  type Setting @shareable { theme: String! deep: Deep }
  type Deep @shareable { value: Int deep: Deep }
  enum Status { ACTIVE GONE }
  enum Kind { PERSON ROBOT }
  union Any = User | Setting
  input Filter { text: String kind: Kind first: Int = 1 }
`;

const PROFILES = `
  type Query {
    me: User @shareable
    users: [User!]! @shareable
    node(id: ID!): Node @shareable
    any: [Any!] @shareable
    setting(of: Filter): Setting @shareable
    profile: Profile
  }
  type Mutation { setMail(mail: String!): User touch(ids: [ID!]!): [Node] }
  interface Node { id: ID! }
  type User implements Node @key(fields: "id") { id: ID! kind: Kind! @shareable mail: String name: Name! @shareable profile: Profile! }
  type Profile implements Node @key(fields: "id") { id: ID! about: String owner: User! friends: [User]! secret: String @inaccessible }
  type Name { first: String @shareable initials: String! @shareable }
  type Setting @shareable { theme: String! deep: Deep }
  type Deep @shareable { value: Int deep: Deep }
  enum Kind { PERSON ROBOT GHOST @inaccessible }
  union Any = User | Setting | Profile
  input Filter { text: String kind: Kind }
`;

const SCORES = `
  type Query { users: [User!]! @shareable top(first: Int!): [Node!]! }
  type Subscription { ranked: Node scored(user: ID): User! }
  type Mutation { score(user: ID!, points: [Int!] = [1, 2]): User! }
  interface Node { id: ID! }
  type User implements Node @key(fields: "id") { id: ID! score: Int! history: [[Int!]]! rank: Rank name: Name! @external tag: String @requires(fields: "name { whole }") }
  type Name { whole: String! @external }
  type Rank implements Node @key(fields: "id") { id: ID! level: Int! holders: [User!]! }
  type Profile implements Node @key(fields: "id") { id: ID! badge: Rank }
`;

/** Roots and values that several subgraphs serve, enums, unions and inputs that they know differently, a node of any kind. */
export const sharedRoots = () =>
  composeTrial("shared roots", { names: NAMES, profiles: PROFILES, scores: SCORES });
