import type { DocumentNode, GraphQLSchema } from "graphql";

/** A query or a mutation that was read and found valid. */
export type AskedOperation = {
  /** That it is valid for: of the whole graph or of the caller's contract. What introspects is answered from it. */
  readonly schema: GraphQLSchema;
  /** As the client sent it. */
  readonly document: DocumentNode;
  /** SHA-256 of its text, hexadecimal: what is kept for an operation is kept by it. */
  readonly queryHash: string;
  /** Needed where the document has several operations. */
  readonly operationName: string | undefined;
  /** As the client sent them. */
  readonly variables: Readonly<Record<string, unknown>>;
};
