import type { QueryPlanSelectionNode } from "@apollo/query-planner";
import type { GraphQLSchema } from "graphql";
import { plainName } from "../generated-code.ts";
import { isOfType, typenameOf } from "./entity.ts";
import type { Entity } from "./entity.ts";
import { mergeInto } from "./merge.ts";
import { responseNameOf } from "./plain-representation.ts";
import type { RepresentationOf, RepresentationParts } from "./representation.ts";
import { compileRewrites } from "./rewrites.ts";

/**
 * For every selection that a plan can ask for: it is walked for each entity, as the stock executor does.
 * @throws {Unsupported} a name that objects inherit
 */
export function generalRepresentation(
  parts: Omit<RepresentationParts, "canGenerate">,
): RepresentationOf {
  const { requires, inputRewrites, schema } = parts;
  checkNames(requires);
  const rewrite = compileRewrites(schema, inputRewrites);

  function represent(entity: Readonly<Entity>): Entity | null {
    const representation = select(schema, entity, requires);
    if (representation === null || !representation["__typename"]) return null;
    rewrite?.(representation);
    return representation;
  }
  return {
    keyOf: (entity) => {
      const representation = represent(entity);
      if (representation === null) return undefined;
      // what the subgraph answers may be rewritten by the name that the entity goes by here
      return `${String(entity["__typename"])} ${JSON.stringify(representation)}`;
    },
    valueOf: (entity) => represent(entity) ?? {},
    textOf: (value) => JSON.stringify(value),
  };
}

function checkNames(selections: readonly QueryPlanSelectionNode[]): void {
  for (const selection of selections) {
    if (selection.kind === "Field") plainName(responseNameOf(selection));
    checkNames(selection.selections ?? []);
  }
}

/** @returns `null` where a field is missing; one that is null is not */
function select(
  schema: GraphQLSchema,
  source: Readonly<Entity> | null,
  selections: readonly QueryPlanSelectionNode[],
): Entity | null {
  if (source === null) return null;
  const selected: Entity = {};
  for (const selection of selections) {
    if (selection.kind === "Field") {
      const name = responseNameOf(selection);
      const value = source[name];
      if (value === undefined) return null;
      selected[name] = selectValue(schema, value, selection.selections);
    } else if (isOfFragment(schema, source, selection.typeCondition)) {
      mergeInto(selected, select(schema, source, selection.selections) ?? {});
    }
  }
  return selected;
}

function selectValue(
  schema: GraphQLSchema,
  value: unknown,
  selections: readonly QueryPlanSelectionNode[] | undefined,
): unknown {
  if (selections === undefined) return Array.isArray(value) ? [...value] : value;
  if (!Array.isArray(value)) return select(schema, value as Entity | null, selections);
  return value.map((entry) => select(schema, entry as Entity | null, selections));
}

/** A fragment without a condition counts for nothing, as the stock executor has it. */
function isOfFragment(
  schema: GraphQLSchema,
  source: Readonly<Entity>,
  condition: string | undefined,
): boolean {
  const typename = typenameOf(source);
  return condition !== undefined && typename !== null && isOfType(schema, typename, condition);
}
