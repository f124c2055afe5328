import { composeTrial } from "./trial-graph.ts";

const LIBRARY = `
  type Query {
    media(ids: [ID!]): [Media]!
    oneMedia(id: ID!): Media
    found(text: String = "x"): [Found!]
    shelves: [[Media!]!]!
    grid: [[Int]!]
    newest: Book
    things: [Titled]
  }
  interface Titled { title: String }
  interface Media implements Titled @key(fields: "id") {
    id: ID!
    title: String
    creator: Person
    format: Format!
    related(first: Int = 2): [Media!]!
  }
  type Book implements Media & Titled @key(fields: "id") {
    id: ID!
    title: String
    creator: Person
    format: Format!
    related(first: Int = 2): [Media!]!
    pages: Int!
    isbn: String
  }
  type Film implements Media & Titled @key(fields: "id") {
    id: ID!
    title: String
    creator: Person
    format: Format!
    related(first: Int = 2): [Media!]!
    minutes: Float
    cast: [Person!]
  }
  type Song implements Media & Titled @key(fields: "id") {
    id: ID!
    title: String
    creator: Person
    format: Format!
    related(first: Int = 2): [Media!]!
    isLive: Boolean!
  }
  type Shelf implements Titled { title: String room: Int! holds: [Media!]! }
  union Found = Book | Film | Author | Shelf
  enum Format { PAPER DISC FILE }
  interface Person { id: ID! }
  type Author implements Person @key(fields: "id") { id: ID! wrote: [Book!] }
  type Singer implements Person @key(fields: "id") { id: ID! sang: [Song] }
`;

const PEOPLE = `
  interface Person { id: ID! name: String! }
  type Author implements Person @key(fields: "id") {
    id: ID! name: String! born: Date agent: Agent!
  }
  type Singer implements Person @key(fields: "id") {
    id: ID! name: String! voice: String
  }
  type Agent { name: String! serves: [Person!]! }
  scalar Date
  type Query { people: [Person] agents: [Agent!]! }
`;

const REVIEWS = `
  type Query { reviews(stars: [Int!]): [Review!]! best: Media }
  type Mutation { review(media: ID!, stars: Int = 5, text: String): Review forget(id: ID!): Boolean! }
  type Subscription { reviewed(stars: Int): Review bestChanged(of: ID): Media! }
  type Media @key(fields: "id") @interfaceObject {
    id: ID!
    reviews(first: Int): [Review!]!
    rating: Float
    fans: [Author!]
  }
  type Review @key(fields: "id") { id: ID! stars: Int! text: String about: Media! by: Author }
  type Author @key(fields: "id", resolvable: false) { id: ID! }
`;

const LENDING = `
  type Query { lent: [Loan] lendable: [Lendable!] }
  type Mutation { lend(book: ID!, to: LenderInput!): Loan! }
  input LenderInput { name: String! cards: [CardInput!] isMember: Boolean = true }
  input CardInput { number: ID! kind: CardKind = ADULT }
  enum CardKind { ADULT CHILD }
  type Subscription { returned: Lendable borrowed(by: LenderInput): Loan! }
  union Lendable = Book | Film
  type Loan { until: String item: Lendable! again: Loan }
  type Book @key(fields: "id") { id: ID! copies: Int! loans: [Loan!]! }
  type Film @key(fields: "id") { id: ID! copies: Int loans: [Loan] }
`;

/** Interfaces that are entities, an interface object, unions, lists of lists. */
export const media = () =>
  composeTrial("media", { library: LIBRARY, people: PEOPLE, reviews: REVIEWS, lending: LENDING });
