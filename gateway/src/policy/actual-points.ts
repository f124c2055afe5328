import {
  getNamedType,
  getOperationAST,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import { Kind } from "graphql";
import type {
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLSchema,
  SelectionSetNode,
} from "graphql";
import { MUTATION_POINTS, weightOf } from "./operation-points.ts";

/**
 * What an operation did cost, in points, by the answer that its client sees: what is null, was left out or is in a
 * shorter list than was asked for costs nothing. The weights are those of `PointsOf`. It is read from the answer alone, so
 * that it tells nothing that the answer does not.
 * @param document validated
 * @returns a whole number, which may be more than `PointsOf` has where a list is longer than it is assumed to be
 */
export type ActualPointsOf = (
  document: DocumentNode,
  operationName: string | undefined,
  data: Readonly<Record<string, unknown>> | null,
) => number;

/** A field of an answer that may cost something, or has something below it that may. */
type Counted = {
  readonly name: string;
  /** Of each object or value. */
  readonly weight: number;
  readonly ofArguments: number;
  readonly below: readonly Counted[];
};

/** @param supergraphSchema with the directives of the supergraph */
export function createActualPointsOf(supergraphSchema: GraphQLSchema): ActualPointsOf {
  const kept = new WeakMap<DocumentNode, Map<string | undefined, readonly Counted[]>>();

  function countedOf(document: DocumentNode, operationName: string | undefined) {
    const known = kept.get(document) ?? new Map<string | undefined, readonly Counted[]>();
    kept.set(document, known);
    const counted =
      known.get(operationName) ?? findCounted(supergraphSchema, document, operationName);
    known.set(operationName, counted);
    return counted;
  }

  return (document, operationName, data) => {
    const isMutation = getOperationAST(document, operationName)?.operation === "mutation";
    const points = data === null ? 0 : ofObject(countedOf(document, operationName), data);
    return Math.min(points + (isMutation ? MUTATION_POINTS : 0), Number.MAX_SAFE_INTEGER);
  };
}

function ofObject(fields: readonly Counted[], data: Readonly<Record<string, unknown>>): number {
  let points = 0;
  for (const field of fields) {
    const value = data[field.name];
    if (value === undefined) continue;
    points += field.ofArguments + ofValue(field, value);
  }
  return points;
}

function ofValue(field: Counted, value: unknown): number {
  if (value === null) return 0;
  if (Array.isArray(value)) {
    return value.reduce<number>((sum, each) => sum + ofValue(field, each), 0);
  }
  if (typeof value !== "object") return field.weight;
  return field.weight + ofObject(field.below, value as Readonly<Record<string, unknown>>);
}

function findCounted(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): readonly Counted[] {
  const operation = getOperationAST(document, operationName);
  const root = operation && schema.getRootType(operation.operation);
  if (!operation || !root) return [];
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  return new AnswerFields(schema, fragments).below([{ type: root, set: operation.selectionSet }]);
}

/** A place where something is selected, and of which type. */
type Selecting = { readonly type: GraphQLCompositeType; readonly set: SelectionSetNode };
type Selected = { readonly type: GraphQLCompositeType; readonly node: FieldNode };

class AnswerFields {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;

  constructor(schema: GraphQLSchema, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.#fragments = fragments;
  }

  /** Conditions are not looked at: what they leave out is not in the answer. */
  below(places: readonly Selecting[]): readonly Counted[] {
    const selected = new Map<string, Selected[]>();
    const spread = new Set<string>();
    for (const { type, set } of places) this.#collect(type, set, selected, spread);
    return [...selected]
      .map(([name, all]) => this.#counted(name, all))
      .filter(({ weight, ofArguments, below }) => weight + ofArguments + below.length > 0);
  }

  /** Of fields of several types under one name the most expensive counts. */
  #counted(name: string, selected: readonly Selected[]): Counted {
    const fields = selected.flatMap(({ type, node }) => {
      if (!isObjectType(type) && !isInterfaceType(type)) return [];
      const field = type.getFields()[node.name.value];
      return field === undefined ? [] : [{ field, node, type: getNamedType(field.type) }];
    });
    const weights = fields.map(
      ({ field, type }) =>
        weightOf(field.astNode?.directives) ??
        weightOf(type.astNode?.directives) ??
        (isCompositeType(type) ? 1 : 0),
    );
    const ofArguments = fields.map(({ field, node }) => {
      const given = new Set(node.arguments?.map((argument) => argument.name.value));
      return field.args
        .filter((argument) => given.has(argument.name))
        .reduce((sum, { astNode }) => sum + (weightOf(astNode?.directives) ?? 0), 0);
    });
    return {
      name,
      weight: Math.max(0, ...weights),
      ofArguments: Math.max(0, ...ofArguments),
      below: this.below(
        fields.flatMap(({ node, type }) =>
          isCompositeType(type) && node.selectionSet !== undefined
            ? [{ type, set: node.selectionSet }]
            : [],
        ),
      ),
    };
  }

  #collect(
    type: GraphQLCompositeType,
    { selections }: SelectionSetNode,
    selected: Map<string, Selected[]>,
    spread: Set<string>,
  ): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = selection.alias?.value ?? selection.name.value;
        const known = selected.get(name);
        if (known === undefined) selected.set(name, [{ type, node: selection }]);
        else known.push({ type, node: selection });
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT
          ? selection
          : this.#unspread(selection.name.value, spread);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition;
      const named = condition && this.#schema.getType(condition.name.value);
      this.#collect(isCompositeType(named) ? named : type, fragment.selectionSet, selected, spread);
    }
  }

  /** A fragment, the first time that it is spread. */
  #unspread(name: string, spread: Set<string>): FragmentDefinitionNode | undefined {
    if (spread.has(name)) return undefined;
    spread.add(name);
    return this.#fragments.get(name);
  }
}
