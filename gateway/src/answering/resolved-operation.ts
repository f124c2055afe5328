import type { OperationDefinitionNode } from "graphql";
import type { AskedOperation } from "../execution/asked-operation.ts";

/** What is run of a document: read, valid, and looked for by the name that the client gave. */
export type ResolvedOperation = AskedOperation & {
  /** Nothing when the document has no such operation, or several and no name was given. */
  readonly operation: OperationDefinitionNode | undefined;
};

/** One that can be answered: a query or a mutation. */
export type ServedOperation = AskedOperation & { readonly operation: OperationDefinitionNode };

/** The name that the operation has in its document. */
export function nameOf({ operation }: Pick<ResolvedOperation, "operation">): string | undefined {
  return operation?.name?.value;
}
