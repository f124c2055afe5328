import { composeTrial } from "./trial-graph.ts";

const BASE = `
  type Query { orders: [Order!] order(id: ID!): Order payments: [Payment] }
  type Order @key(fields: "id") {
    id: ID!
    payment: Payment
    lines: [Line!]!
    target: Target!
    notes: [Note]
  }
  interface Payment { fee: Float amount: Int! }
  type Card implements Payment { fee: Float amount: Int! number: String! limits: Limits }
  type Cash implements Payment { fee: Float amount: Int! coins: [Int!] }
  type Limits { day: Int! month: Int }
  type Line @key(fields: "id") { id: ID! quantity: Int! unit: String }
  union Target = Person | Company
  type Person @key(fields: "id") { id: ID! name: String }
  type Company @key(fields: "id") { id: ID! vat: String! seat: Seat }
  type Seat { country: String! city: String }
  type Note { text: String! by: Target }
`;

const CHECKS = `
  type Query { checks: [Check!]! }
  type Order @key(fields: "id") {
    id: ID!
    payment: Payment @external
    lines: [Line!]! @external
    target: Target! @external
    risk: Float @requires(fields: "payment { __typename amount ... on Card { number limits { day } } ... on Cash { coins } }")
    bulk: Boolean! @requires(fields: "lines { quantity unit }")
    abroad: String @requires(fields: "target { ... on Company { vat seat { country } } ... on Person { name } }")
    checks: [Check!]
  }
  interface Payment { amount: Int! }
  type Card implements Payment { amount: Int! @external number: String! @external limits: Limits @external }
  type Cash implements Payment { amount: Int! @external coins: [Int!] @external }
  type Limits { day: Int! @external }
  type Line @key(fields: "id") { id: ID! quantity: Int! @external unit: String @external }
  union Target = Person | Company
  type Person @key(fields: "id") { id: ID! name: String @external }
  type Company @key(fields: "id") { id: ID! vat: String! @external seat: Seat @external }
  type Seat { country: String! @external }
  type Check @key(fields: "id") { id: ID! order: Order! outcome: Outcome! }
  enum Outcome { GOOD BAD }
`;

const DECISIONS = `
  type Order @key(fields: "id") {
    id: ID!
    risk: Float @external
    bulk: Boolean! @external
    abroad: String @external
    decision: Decision @requires(fields: "risk bulk")
    second: Decision! @requires(fields: "abroad")
  }
  type Decision @key(fields: "order { id } stage") { order: Order! stage: ID! text: String next: Decision }
  type Line @key(fields: "id") { id: ID! delayed: Boolean unit: String @external packed: String @requires(fields: "unit") }
  type Check @key(fields: "id") { id: ID! decision: Decision }
`;

/** Required fields through interfaces, unions and lists, and required ones that require others. */
export const requirements = () =>
  composeTrial("requirements", { base: BASE, checks: CHECKS, decisions: DECISIONS });
