import {
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
} from "graphql";
import type {
  ConstDirectiveNode,
  DocumentNode,
  FieldNode,
  FragmentDefinitionNode,
  GraphQLCompositeType,
  GraphQLField,
  GraphQLOutputType,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionNode,
  SelectionSetNode,
} from "graphql";
import { LRUCache } from "lru-cache";
import { coerceVariables } from "../execution/coerce-variables.ts";
import { argumentsOf } from "../composition/joins.ts";

/**
 * What an operation may cost, in points, before any of it is run: one for each object that it may be
 * answered with, none for a scalar, and ten for a mutation beyond its objects, or what `@cost` says of a field, a
 * type or an argument (not of a field of an input). A list counts as many objects as its slicing arguments ask for, of
 * several the most; without such an argument as many as `@listSize` assumes, or else `ASSUMED_LIST_SIZE`. Every fragment
 * counts, whatever the type of the object will be. Introspection costs nothing.
 * @param document validated
 * @param variables as the client sent them
 * @returns a whole number; `null` when the variables do not fit the operation
 */
export type PointsOf = (
  document: DocumentNode,
  operationName: string | undefined,
  variables: Readonly<Record<string, unknown>>,
) => number | null;

/** Of a list whose size nothing tells. */
const ASSUMED_LIST_SIZE = 10;
export const MUTATION_POINTS = 10;
/** Numbers that are kept, the least used dropped first. */
const MAX_KEPT = 5_000;

/** @param supergraphSchema with the directives of the supergraph */
export function createPointsOf(supergraphSchema: GraphQLSchema): PointsOf {
  const kept = new LRUCache<string, number>({ max: MAX_KEPT });
  /** Of operations without a variable that decides. */
  const undecided = new WeakMap<OperationDefinitionNode, number>();
  const numbers = new WeakMap<DocumentNode, number>();
  let documents = 0;

  function numberOf(document: DocumentNode): number {
    const number = numbers.get(document) ?? (documents += 1);
    numbers.set(document, number);
    return number;
  }

  return (document, operationName, variables) => {
    const operation = getOperationAST(document, operationName);
    if (operation === null || operation === undefined) return null;
    const always = undecided.get(operation);
    if (always !== undefined) return always;
    const decisions = deciding(operation, variables);
    const key = JSON.stringify([numberOf(document), operationName, decisions]);
    const known = kept.get(key);
    if (known !== undefined) return known;
    const points = pointsOrNull(() =>
      countPoints(supergraphSchema, document, operation, variables),
    );
    if (points === null) return null;
    if (decisions.length === 0) undecided.set(operation, points);
    else kept.set(key, points);
    return points;
  };
}

/** @param objects that have the field, at most */
export type MeetField = (
  typeName: string,
  field: GraphQLField<unknown, unknown>,
  objects: number,
) => void;

/**
 * Walks through all that an operation may be answered with, as it is walked to count points.
 * @throws {GraphQLError} an argument does not take what its variable has
 */
export function meetFields(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
  meet: MeetField,
): void {
  const operation = getOperationAST(document);
  if (operation !== null && operation !== undefined) {
    countPoints(schema, document, operation, variables, meet);
  }
}

/** A variable that is null where an argument takes no null comes to light when the argument is read. */
function pointsOrNull(count: () => number | null): number | null {
  try {
    return count();
  } catch (error) {
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}

const SIZES_AND_CONDITIONS: ReadonlySet<string> = new Set(["Int", "Boolean"]);

/** The variables that may decide how much is asked for: sizes of lists, and conditions. */
function deciding(
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): readonly unknown[] {
  return variableDefinitions
    .filter(({ type }) => {
      const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
      return named.kind === Kind.NAMED_TYPE && SIZES_AND_CONDITIONS.has(named.name.value);
    })
    .map(({ variable }) => [variables[variable.name.value]]); // in a list, which tells null from nothing
}

function countPoints(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  meet: MeetField = NOBODY_ASKS,
): number | null {
  const root = schema.getRootType(operation.operation);
  const definitions = operation.variableDefinitions ?? [];
  const { coerced } = coerceVariables(schema, definitions, variables);
  if (root === null || root === undefined || coerced === undefined) return null;
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const count = new PointCount(schema, fragments, coerced, meet);
  const base = operation.operation === "mutation" ? MUTATION_POINTS : 0;
  const points = base + count.ofSelections(root, [operation.selectionSet], NOTHING_SIZED, 1);
  return Math.min(points, Number.MAX_SAFE_INTEGER);
}

/** How many objects the lists below a field have, by the lists' names. */
type Sizes = ReadonlyMap<string, number>;

const NOTHING_SIZED: Sizes = new Map();
const NOBODY_ASKS: MeetField = () => undefined;

/** One field of the answer, and every place where the operation selects it. */
type Selected = {
  readonly typeName: string;
  readonly field: GraphQLField<unknown, unknown>;
  readonly node: FieldNode;
  readonly selectionSets: SelectionSetNode[];
};

class PointCount {
  readonly #schema: GraphQLSchema;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #variables: Readonly<Record<string, unknown>>;
  readonly #meet: MeetField;

  constructor(
    schema: GraphQLSchema,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    variables: Readonly<Record<string, unknown>>,
    meet: MeetField,
  ) {
    this.#meet = meet;
    this.#schema = schema;
    this.#fragments = fragments;
    this.#variables = variables;
  }

  /** Of one object. @param objects like it that are walked through at once */
  ofSelections(
    type: GraphQLCompositeType,
    selectionSets: readonly SelectionSetNode[],
    sizes: Sizes,
    objects: number,
  ): number {
    const selected = new Map<string, Selected>();
    const spread = new Set<string>();
    for (const selectionSet of selectionSets) this.#collect(type, selectionSet, selected, spread);
    return [...selected.values()].reduce(
      (sum, each) => sum + this.#ofField(each, sizes, objects),
      0,
    );
  }

  #ofField(
    { typeName, field, node, selectionSets }: Selected,
    sizes: Sizes,
    objects: number,
  ): number {
    this.#meet(typeName, field, objects);
    const given = getArgumentValues(field, node, this.#variables);
    const asked = askedSize(field, given);
    const type = getNamedType(field.type);
    const size = isList(field.type)
      ? (sizes.get(field.name) ?? asked.ofList ?? ASSUMED_LIST_SIZE)
      : 1;
    const below = isCompositeType(type)
      ? this.ofSelections(type, selectionSets, asked.ofFields, objects * size)
      : 0;
    const own = weightOf(field.astNode?.directives) ?? weightOf(type.astNode?.directives);
    const ofOne = (own ?? (isCompositeType(type) ? 1 : 0)) + below;
    const ofArguments = field.args
      .filter(({ name }) => given[name] !== undefined)
      .reduce((sum, { astNode }) => sum + (weightOf(astNode?.directives) ?? 0), 0);
    return size * ofOne + ofArguments;
  }

  #collect(
    type: GraphQLCompositeType,
    { selections }: SelectionSetNode,
    selected: Map<string, Selected>,
    spread: Set<string>,
  ): void {
    for (const selection of selections) {
      if (!this.#isIncluded(selection)) continue;
      switch (selection.kind) {
        case Kind.FIELD:
          collectField(type, selection, selected);
          break;
        case Kind.INLINE_FRAGMENT:
          this.#collectFragment(type, selection, selected, spread);
          break;
        case Kind.FRAGMENT_SPREAD: {
          const fragment = this.#fragments.get(selection.name.value);
          if (fragment === undefined || spread.has(selection.name.value)) break;
          spread.add(selection.name.value);
          this.#collectFragment(type, fragment, selected, spread);
        }
      }
    }
  }

  #collectFragment(
    type: GraphQLCompositeType,
    {
      typeCondition,
      selectionSet,
    }: Pick<FragmentDefinitionNode, "selectionSet"> &
      Partial<Pick<FragmentDefinitionNode, "typeCondition">>,
    selected: Map<string, Selected>,
    spread: Set<string>,
  ): void {
    const named = typeCondition && this.#schema.getType(typeCondition.name.value);
    this.#collect(isCompositeType(named) ? named : type, selectionSet, selected, spread);
  }

  #isIncluded(selection: SelectionNode): boolean {
    const skip = getDirectiveValues(GraphQLSkipDirective, selection, this.#variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, selection, this.#variables);
    return skip?.["if"] !== true && include?.["if"] !== false;
  }
}

/** What introspects, `__typename` included, is no field of a type and is left out. */
function collectField(
  type: GraphQLCompositeType,
  node: FieldNode,
  selected: Map<string, Selected>,
): void {
  if (!isObjectType(type) && !isInterfaceType(type)) return;
  const field = type.getFields()[node.name.value];
  if (field === undefined) return;
  const place = `${type.name}.${node.alias?.value ?? node.name.value}`;
  const known = selected.get(place) ?? { typeName: type.name, field, node, selectionSets: [] };
  if (node.selectionSet !== undefined) known.selectionSets.push(node.selectionSet);
  selected.set(place, known);
}

type AskedSize = {
  /** Of the field itself, where it is a list; `null`: nothing is said. */
  readonly ofList: number | null;
  /** Of lists below it. */
  readonly ofFields: Sizes;
};

function askedSize(
  { astNode }: GraphQLField<unknown, unknown>,
  given: Readonly<Record<string, unknown>>,
): AskedSize {
  const [listSize] = argumentsOf(astNode?.directives, "listSize");
  if (listSize === undefined) return { ofList: null, ofFields: NOTHING_SIZED };
  const { slicingArguments, assumedSize, sizedFields } = listSize;
  const sizes = namesOf(slicingArguments)
    .map((name) => given[name])
    .filter((size) => typeof size === "number")
    .map((size) => Math.max(0, size));
  const assumed = typeof assumedSize === "number" ? assumedSize : ASSUMED_LIST_SIZE;
  const size = sizes.length > 0 ? Math.max(...sizes) : assumed;
  return { ofList: size, ofFields: new Map(namesOf(sizedFields).map((name) => [name, size])) };
}

function namesOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

/** What `@cost` says, if anything. */
export function weightOf(directives: readonly ConstDirectiveNode[] | undefined): number | null {
  const [cost] = argumentsOf(directives, "cost");
  return typeof cost?.["weight"] === "number" ? cost["weight"] : null;
}

function isList(type: GraphQLOutputType): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type);
}
