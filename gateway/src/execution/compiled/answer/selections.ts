import { Kind, print } from "graphql";
import type {
  DirectiveNode,
  DocumentNode,
  FragmentDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from "graphql";

/** Selections of one field or one fragment under the same conditions, which the federation libraries make one of. */
export type SelectionGroup = {
  readonly node: SelectionNode;
  /** Of all that the group is made of, in their order; none: a leaf. */
  readonly selectionSets: readonly SelectionSetNode[];
};

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function fragmentsOf(document: DocumentNode): Fragments {
  return new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
}

/**
 * What the sets select together. The order is that of the federation libraries, in which an answer has its keys: each group
 * stands where its first member does.
 */
export function groupSelections(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): readonly SelectionGroup[] {
  const groups = new Map<string, { node: SelectionNode; selectionSets: SelectionSetNode[] }>();
  for (const node of sets.flatMap(({ selections }) => selections)) {
    const key = keyOf(node);
    const group = groups.get(key) ?? { node, selectionSets: [] };
    const isAgain = groups.has(key);
    groups.set(key, group);
    if (node.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(node.name.value);
      if (!isAgain && fragment !== undefined) group.selectionSets.push(fragment.selectionSet);
    } else if (node.selectionSet !== undefined) {
      group.selectionSets.push(node.selectionSet);
    }
  }
  return [...groups.values()];
}

function keyOf(node: SelectionNode): string {
  const conditions = (node.directives ?? []).map(printed).join(" ");
  switch (node.kind) {
    case Kind.FIELD:
      return `${node.alias?.value ?? node.name.value} ${conditions}`;
    case Kind.INLINE_FRAGMENT:
      return `... on ${node.typeCondition?.name.value ?? ""} ${conditions}`;
    case Kind.FRAGMENT_SPREAD:
      return `...${node.name.value} ${conditions}`;
  }
}

const printed = (directive: DirectiveNode): string => print(directive);
