import {
  getNullableType,
  GraphQLError,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
} from "graphql";
import type {
  GraphQLFieldResolver,
  GraphQLNamedOutputType,
  GraphQLOutputType,
  GraphQLResolveInfo,
  GraphQLTypeResolver,
} from "graphql";
import type { FaultPlan } from "./fault-plan.ts";
import { entityOf } from "./invented-entities.ts";
import type { Representation } from "./invented-entities.ts";
import type { InventedGraph, InventedGraphs } from "./invented-graph.ts";
import { drawsOf, hashOf } from "./seeded-draws.ts";
import type { Draws } from "./seeded-draws.ts";

/** An object that does not exist anywhere: what is asked of it is made up from what it is called. */
export type InventedObject = {
  readonly __typename: string;
  /** The same in every subgraph, which is why all of them say the same of it. Of an entity it is its key. */
  readonly identity: string;
  /** What the gateway sent of an entity: fields with `@requires` are made of it. */
  readonly given: string;
};

/** A place in the answer of a fetch that is to be broken once it is there. */
export type PlannedBreakage = {
  readonly path: readonly (string | number)[];
  /** The same for the same field of the same object, wherever in an answer it stands. */
  readonly place: string;
  readonly kind: "forbiddenNull" | "wrongKind" | "leftOut";
};

/** What one fetch is answered from. */
export type Invention = {
  readonly seed: string;
  readonly graph: InventedGraph;
  readonly keyFields: InventedGraphs["keyFields"];
  readonly faults: FaultPlan;
  /** Filled while the fetch is answered. */
  readonly breakages: PlannedBreakage[];
  /** Errors that resolvers raised. */
  raised: number;
};

const MAX_LIST_LENGTH = 5;
/** So few that the same entity comes up at several places of an answer. */
const ENTITIES_OF_TYPE = 5;
const TEXTS = ["", "plain", 'with "quotes" and \\', "ümläut 漢字", "</script>", "__proto__"];
const CODES = [undefined, "FORBIDDEN", "NOT_FOUND", "BAD_USER_INPUT", "INVALID_GRAPHQL", "ODD"];

export const resolveInvented: GraphQLFieldResolver<InventedObject | undefined, Invention> = (
  source,
  args,
  invention,
  info,
) => {
  if (info.fieldName === "_entities") {
    return (args["representations"] as readonly Representation[]).map((one) =>
      entityOf(one, invention),
    );
  }
  const { seed, graph, faults, keyFields } = invention;
  const place = placeOf(source, args, info, graph);
  const draws = drawsOf(`${seed} fault ${graph.name} ${place}`);
  if (draws.chance(faults.errors)) {
    invention.raised += 1;
    throw inventedError(place);
  }
  const kind = breakageOf(faults, draws);
  if (kind !== null) invention.breakages.push({ path: pathOf(info), place, kind });
  if (source !== undefined && keyFields.get(source.__typename)?.has(info.fieldName) === true) {
    const isNull =
      !isNonNullType(info.returnType) && drawsOf(`${seed} key ${place}`).chance(faults.nulls);
    return isNull ? null : source.identity;
  }
  return invent(info.returnType, place, invention);
};

function breakageOf(faults: FaultPlan, draws: Draws): PlannedBreakage["kind"] | null {
  if (draws.chance(faults.forbiddenNulls)) return "forbiddenNull";
  if (draws.chance(faults.wrongKinds)) return "wrongKind";
  return draws.chance(faults.leftOut) ? "leftOut" : null;
}

export const typeOfInvented: GraphQLTypeResolver<InventedObject, Invention> = ({ __typename }) =>
  __typename;

/** What a field is made of: all that may tell two of its values apart. */
function placeOf(
  source: InventedObject | undefined,
  args: Readonly<Record<string, unknown>>,
  { fieldName, parentType }: GraphQLResolveInfo,
  { computedFields }: InventedGraph,
): string {
  const given = computedFields.has(`${parentType.name}.${fieldName}`) ? (source?.given ?? "") : "";
  return `${source?.identity ?? parentType.name}.${fieldName}(${JSON.stringify(args)})${given}`;
}

function pathOf({ path }: GraphQLResolveInfo): readonly (string | number)[] {
  const keys: (string | number)[] = [];
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) keys.unshift(at.key);
  return keys;
}

function inventedError(place: string): GraphQLError {
  const draws = drawsOf(`error ${place}`);
  const code = draws.oneOf(CODES);
  const extensions = {
    ...(code === undefined ? {} : { code }),
    ...(draws.chance(0.3) ? { place, detail: { list: [1, null] } } : {}),
  };
  return new GraphQLError(draws.chance(0.1) ? "" : `No ${place}.`, { extensions });
}

/** @param place what the value is of; the same place gives the same value in every subgraph */
function invent(type: GraphQLOutputType, place: string, invention: Invention): unknown {
  const draws = drawsOf(`${invention.seed} value ${place}`);
  if (!isNonNullType(type) && draws.chance(invention.faults.nulls)) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return Array.from({ length: draws.below(MAX_LIST_LENGTH + 1) }, (_none, at) =>
      invent(nullable.ofType as GraphQLOutputType, `${place}[${String(at)}]`, invention),
    );
  }
  const named = nullable as GraphQLNamedOutputType;
  if (isScalarType(named)) return inventScalar(named.name, draws.below(10), draws.oneOf(TEXTS));
  if (isEnumType(named)) return draws.oneOf(named.getValues()).name;
  const concrete = isAbstractType(named)
    ? draws.oneOf(invention.graph.schema.getPossibleTypes(named)).name
    : named.name;
  const identity = invention.keyFields.has(concrete)
    ? `${concrete}:${String(draws.below(ENTITIES_OF_TYPE))}`
    : `#${hashOf(place).toString(16)}`;
  return { __typename: concrete, identity, given: "" } satisfies InventedObject;
}

function inventScalar(name: string, number: number, text: string): unknown {
  switch (name) {
    case "Int":
      return number - 3;
    case "Float":
      return number / 4 - 1;
    case "Boolean":
      return number % 2 === 0;
    case "ID":
    case "String":
      return text === "" ? "" : `${text} ${String(number)}`;
    case "JSON":
      return [{ list: [number, null, { text }] }, text, number, [], true][number % 5];
    default:
      return `${name} ${String(number)}`;
  }
}
