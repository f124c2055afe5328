import { isAbstractType, isCompositeType, isInterfaceType, isObjectType, Kind } from "graphql";
import type {
  FieldNode,
  GraphQLCompositeType,
  GraphQLObjectType,
  GraphQLOutputType,
  GraphQLSchema,
  SelectionSetNode,
} from "graphql";
import { plainName } from "../generated-code.ts";
import { Unsupported } from "../unsupported.ts";
import { isIncluded } from "./conditions.ts";
import type { ConditionValues } from "./conditions.ts";
import { groupSelections } from "./selections.ts";
import type { Fragments } from "./selections.ts";

/** Selection sets that are gone through one after the other: what one of them selects stands before what only the next does. */
export type Passes = readonly (readonly SelectionSetNode[])[];

/** One key of an object of the answer. */
export type AnswerField =
  | { readonly kind: "typename"; readonly responseName: string }
  | {
      readonly kind: "field";
      readonly responseName: string;
      /** Of the place that names it first: all others have the same lists and non-nulls, or the operation were not valid. */
      readonly type: GraphQLOutputType;
      readonly passes: Passes;
    };

/** What an operation selects of the objects of one type. */
export type ObjectFields = {
  readonly fields: readonly AnswerField[];
  /**
   * Whether the stock executor makes something else of an object that does not say its type: it goes by the type that was
   * asked for last then, which may be an interface.
   */
  readonly needsTypename: boolean;
  /** Whether a field is gone through more than once: of what is wrong below it then, something else may be met first. */
  readonly isSplit: boolean;
};

export type Selecting = {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  readonly conditions: ConditionValues;
};

/**
 * The keys of an object in the order of the stock executor.
 * @param type of the object itself; what the operation selects of others is left out
 * @throws {Unsupported} a key cannot be told safely
 */
export function collectFields(
  passes: Passes,
  type: GraphQLObjectType,
  { schema, fragments, conditions }: Selecting,
): ObjectFields {
  const fields = new Map<string, AnswerField>();
  let needsTypename = false;
  let isSplit = false;

  function add(node: FieldNode, parent: GraphQLCompositeType, sets: readonly SelectionSetNode[]) {
    const responseName = plainName(node.alias?.value ?? node.name.value);
    const known = fields.get(responseName);
    if (node.name.value === "__typename") {
      if (parent !== type) needsTypename = true;
      if (known === undefined) fields.set(responseName, { kind: "typename", responseName });
      return;
    }
    if (node.name.value.startsWith("__")) {
      throw new Unsupported("introspection", "it asks for the schema");
    }
    if (responseName === "__typename") {
      throw new Unsupported("name", "a field passes for __typename");
    }
    if (known?.kind === "field") {
      if (sets.length === 0) return;
      isSplit = true;
      fields.set(responseName, { ...known, passes: [...known.passes, sets] });
      return;
    }
    const definition =
      isObjectType(parent) || isInterfaceType(parent)
        ? parent.getFields()[node.name.value]
        : undefined;
    if (definition === undefined) {
      throw new Unsupported("malformed", `${parent.name} has no ${node.name.value}`);
    }
    const ownPasses = sets.length === 0 ? [] : [sets];
    fields.set(responseName, {
      kind: "field",
      responseName,
      type: definition.type,
      passes: ownPasses,
    });
  }

  function collect(sets: readonly SelectionSetNode[], parent: GraphQLCompositeType): void {
    for (const { node, selectionSets } of groupSelections(sets, fragments)) {
      if (!isIncluded(node.directives, conditions)) continue;
      if (node.kind === Kind.FIELD) {
        add(node, parent, selectionSets);
        continue;
      }
      const name =
        node.kind === Kind.INLINE_FRAGMENT
          ? node.typeCondition?.name.value
          : fragments.get(node.name.value)?.typeCondition.name.value;
      const condition = name === undefined ? parent : schema.getType(name);
      if (!isCompositeType(condition)) continue;
      if (name !== undefined && parent !== type) needsTypename = true;
      const isOfType =
        name === undefined ||
        condition === type ||
        (isAbstractType(condition) && schema.isSubType(condition, type));
      if (isOfType) collect(selectionSets, condition);
    }
  }

  for (const sets of passes) collect(sets, type);
  return { fields: [...fields.values()], needsTypename, isSplit };
}
