import { Kind, parse } from "graphql";
import type { DocumentNode, SelectionSetNode } from "graphql";
import { InvalidValueError } from "@crossdock/domain";

const MAY_CONCERN = /@\s*(skip|include)\b/;

/**
 * graphql-js throws from the validation of a document in which @skip or @include decides whether the root field of a
 * subscription is there; so such a document is refused before, whichever of its operations is meant.
 * @param query as it was sent; what cannot be read is left to whoever reads it next
 * @throws {InvalidValueError}
 */
export function refuseConditionalRoots(query: unknown, maxTokens: number): void {
  if (typeof query !== "string" || !query.includes("subscription")) return;
  if (!MAY_CONCERN.test(query)) return;
  const document = readOrNull(query, maxTokens);
  const isConcerned = document?.definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === "subscription" &&
      isRootConditional(document, definition.selectionSet),
  );
  if (isConcerned === true) {
    throw new InvalidValueError(
      "query",
      query,
      "no @skip and no @include at a subscription's root",
    );
  }
}

function readOrNull(query: string, maxTokens: number): DocumentNode | null {
  try {
    return parse(query, { maxTokens });
  } catch {
    return null;
  }
}

/**
 * Whether @skip or @include decides if the root field is there, at the field or at a fragment on the
 * way to it. The planner would plan no stream for it, and graphql-js cannot validate it. Each fragment is looked at
 * once, however often it is spread.
 * @param selectionSet the operation's own
 */
export function isRootConditional(document: DocumentNode, selectionSet: SelectionSetNode): boolean {
  const seen = new Set<string>();
  const isConditional = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      const decides = (selection.directives ?? []).some(
        ({ name }) => name.value === "skip" || name.value === "include",
      );
      if (decides) return true;
      if (selection.kind === Kind.INLINE_FRAGMENT) return isConditional(selection.selectionSet);
      if (selection.kind !== Kind.FRAGMENT_SPREAD || seen.has(selection.name.value)) return false;
      const { value: name } = selection.name;
      seen.add(name);
      const fragment = document.definitions.find(
        (definition) =>
          definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === name,
      );
      return fragment?.kind === Kind.FRAGMENT_DEFINITION && isConditional(fragment.selectionSet);
    });
  return isConditional(selectionSet);
}
