import type { QueryPlanFieldNode, QueryPlanSelectionNode } from "@apollo/query-planner";
import { isOfType } from "./entity.ts";
import type { RepresentationParts } from "./representation.ts";

/** The representation of a type that is the same fields for each of its entities: nearly all are. */
export type PlainRepresentation = {
  /** As the subgraph knows the type. */
  readonly typename: string;
  readonly fields: readonly PlainField[];
};

export type PlainField = {
  readonly name: string;
  /** Of an object, or of the objects in a list; `null` for a value. */
  readonly fields: readonly PlainField[] | null;
};

const FRAGMENT = "... on ";

/** What a plan selects of the entities of one type. */
export function selectionsOfType(
  typename: string,
  { requires, schema }: Pick<RepresentationParts, "requires" | "schema">,
): readonly QueryPlanSelectionNode[] {
  return requires.filter(
    (selection) =>
      selection.kind === "Field" ||
      (selection.typeCondition !== undefined &&
        isOfType(schema, typename, selection.typeCondition)),
  );
}

/**
 * Decides ahead what can be: which fields there are, and what the type's name is rewritten to.
 * @param selections all of the type's
 * @returns `null` where it takes more than that
 */
export function plainRepresentation(
  typename: string,
  selections: readonly QueryPlanSelectionNode[],
  { inputRewrites, schema }: Pick<RepresentationParts, "inputRewrites" | "schema">,
): PlainRepresentation | null {
  const [fragment] = selections;
  if (selections.length !== 1 || fragment?.kind !== "InlineFragment") return null;
  const fields = plainFields(fragment.selections);
  if (fields === null || !fields.some(({ name }) => name === "__typename")) return null;
  let rewritten = typename;
  for (const rewrite of inputRewrites ?? []) {
    const [condition, field, ...rest] = rewrite.path;
    const isOfTypename = field === "__typename" && rest.length === 0;
    if (rewrite.kind !== "ValueSetter" || !isOfTypename || !condition?.startsWith(FRAGMENT)) {
      return null;
    }
    if (isOfType(schema, rewritten, condition.slice(FRAGMENT.length))) {
      rewritten = String((rewrite as { readonly setValueTo: unknown }).setValueTo);
    }
  }
  return { typename: rewritten, fields };
}

/** @returns `null` where what is asked depends on the type of an object below, or a name comes twice */
function plainFields(selections: readonly QueryPlanSelectionNode[]): readonly PlainField[] | null {
  const fields: PlainField[] = [];
  for (const selection of selections) {
    if (selection.kind !== "Field") return null;
    const name = responseNameOf(selection);
    if (fields.some((field) => field.name === name)) return null;
    const inner = selection.selections === undefined ? null : plainFields(selection.selections);
    if (selection.selections !== undefined && inner === null) return null;
    fields.push({ name, fields: inner });
  }
  return fields;
}

export function responseNameOf({ alias, name }: QueryPlanFieldNode): string {
  return alias ?? name;
}
