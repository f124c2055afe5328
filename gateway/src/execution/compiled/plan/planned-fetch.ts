import type { FetchNode, PlanNode, ResponsePath } from "@apollo/query-planner";
import { Kind, parse } from "graphql";
import type { DocumentNode, FragmentDefinitionNode, SelectionSetNode } from "graphql";
import { Unsupported } from "../unsupported.ts";

/** A fetch of a plan, read once. */
export type PlannedFetch = {
  readonly node: FetchNode;
  /** From the root of the answer to the objects that the fetch is about. */
  readonly at: ResponsePath;
  readonly document: DocumentNode;
  /** Of each of those objects, over all its types. */
  readonly selected: Selected;
};

/** What is selected of an object by response name: of an object below it the same, of a value `null`. */
export type Selected = ReadonlyMap<string, Selected | null>;

/**
 * @param at where the node stands
 * @throws {Unsupported} @defer, or fetches of a kind that the planner does not make
 */
export function plannedFetches(node: PlanNode, at: ResponsePath = []): readonly PlannedFetch[] {
  switch (node.kind) {
    case "Sequence":
    case "Parallel":
      return node.nodes.flatMap((inner) => plannedFetches(inner, at));
    case "Condition":
      return [node.ifClause, node.elseClause].flatMap((clause) =>
        clause === undefined ? [] : plannedFetches(clause, at),
      );
    case "Flatten":
      if (node.node.kind !== "Fetch") {
        throw new Unsupported("plan", `a flattened ${node.node.kind}`);
      }
      return plannedFetches(node.node, node.path);
    case "Fetch":
      return [readFetch(node, at)];
    case "Defer":
      throw new Unsupported("defer", "@defer");
  }
}

function readFetch(node: FetchNode, at: ResponsePath): PlannedFetch {
  const document = parse(node.operation, { noLocation: true });
  const fragments = new Map<string, FragmentDefinitionNode>();
  let root: SelectionSetNode | null = null;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      root = definition.selectionSet;
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, definition);
    }
  }
  const selected = root === null ? new Map<string, null>() : selectedOf([root], fragments);
  const entities = node.requires === undefined ? selected : selected.get("_entities");
  if (entities === undefined || entities === null) throw new Unsupported("plan", "no _entities");
  return { node, at, document, selected: entities };
}

/** @param sets all selections of one object */
function selectedOf(
  sets: readonly SelectionSetNode[],
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Selected {
  const inner = new Map<string, SelectionSetNode[]>();
  const add = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const known = inner.get(name) ?? [];
        inner.set(name, known);
        if (selection.selectionSet !== undefined) known.push(selection.selectionSet);
      } else {
        const spread =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
        if (spread !== undefined) add(spread.selectionSet);
      }
    }
  };
  sets.forEach(add);
  return new Map(
    [...inner].map(([name, below]) => [
      name,
      below.length === 0 ? null : selectedOf(below, fragments),
    ]),
  );
}
