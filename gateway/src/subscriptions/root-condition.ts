import { Kind } from "graphql";
import type { DocumentNode, SelectionSetNode } from "graphql";

/**
 * Whether @skip or @include decides if the root field is there, at the field or at a fragment on the
 * way to it. The planner would plan no stream for it, and graphql-js cannot validate it.
 * @param selectionSet the operation's own
 */
export function isRootConditional(
  document: DocumentNode,
  selectionSet: SelectionSetNode,
  seen: ReadonlySet<string> = new Set(),
): boolean {
  return selectionSet.selections.some((selection) => {
    const conditional = (selection.directives ?? []).some(
      ({ name }) => name.value === "skip" || name.value === "include",
    );
    if (conditional) return true;
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return isRootConditional(document, selection.selectionSet, seen);
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD && !seen.has(selection.name.value)) {
      const fragment = document.definitions.find(
        (definition) =>
          definition.kind === Kind.FRAGMENT_DEFINITION &&
          definition.name.value === selection.name.value,
      );
      return (
        fragment?.kind === Kind.FRAGMENT_DEFINITION &&
        isRootConditional(document, fragment.selectionSet, new Set([...seen, selection.name.value]))
      );
    }
    return false;
  });
}
