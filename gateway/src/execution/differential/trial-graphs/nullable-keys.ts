import { composeTrial } from "./trial-graph.ts";

const STOCK = `
  type Query { pallets: [Pallet] oldest: Pallet crates(first: Int): [Crate!] }
  type Pallet @key(fields: "code") @key(fields: "id") { id: ID! code: String aisle: Int crates: [Crate] }
  type Crate @key(fields: "code pallet { code }") { code: String pallet: Pallet weight: Float! }
`;

const LABELS = `
  type Query { label(code: String): Pallet }
  type Pallet @key(fields: "code") { code: String label: Label! full: Boolean @requires(fields: "aisle") aisle: Int @external }
  type Crate @key(fields: "code pallet { code }") { code: String pallet: Pallet label: Label notes: [String] }
  type Label { text: String! lines: [String!]! copy: Label }
`;

const MOVES = `
  type Query { moves: [Move!]! }
  type Mutation { move(pallet: ID!, to: Int): Move park(pallets: [ID!]): [Pallet] }
  type Move @key(fields: "id") { id: ID! pallet: Pallet! crate: Crate after: Move }
  type Pallet @key(fields: "id") @key(fields: "code") { id: ID! code: String moves: [Move!]! }
  type Crate @key(fields: "code pallet { code }") { code: String pallet: Pallet @shareable moved: Boolean! }
`;

/** Entities whose keys may be null: those of which nothing can be asked. */
export const nullableKeys = () =>
  composeTrial("nullable keys", { stock: STOCK, labels: LABELS, moves: MOVES });
