import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSubgraphSchema } from "@apollo/subgraph";
import {
  defaultFieldResolver,
  getNullableType,
  isEnumType,
  isAbstractType,
  isListType,
  isObjectType,
  isScalarType,
  parse,
} from "graphql";
import type { GraphQLOutputType, GraphQLResolveInfo, GraphQLSchema } from "graphql";

export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
export const SUBGRAPHS = ["orders", "inventory", "shipments", "billing", "operations"] as const;
export type SubgraphName = (typeof SUBGRAPHS)[number];

/** Entries of each list. */
const LIST_LENGTH = 3;

/** Places such as `Order.billing` whose resolvers fail. */
export type FailingPlaces = ReadonlySet<string>;

/** The supergraph that the product serves. */
export function readSupergraph(): string {
  return readFileSync(join(ROOT, "supergraph.graphql"), "utf8");
}

/**
 * A subgraph of the product that makes up what it answers by the types alone, always the same: for measuring what stands
 * before subgraphs. An object that it is given keeps the fields that it has, so events and references are what they were.
 */
export function makeUpSubgraph(name: SubgraphName, failing: FailingPlaces): GraphQLSchema {
  const sdl = readFileSync(join(ROOT, "subgraphs", name, "generated/schema.graphql"), "utf8");
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl) }]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type) && type.name !== "_Entity") {
      type.resolveType = (value: { readonly __typename?: string }) =>
        value.__typename ?? schema.getPossibleTypes(type)[0]?.name;
    }
    if (!isObjectType(type) || type.name.startsWith("_")) continue;
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith("_")) continue;
      const isFailing = failing.has(`${type.name}.${field.name}`);
      field.resolve = (source: unknown, args: object, context: unknown, info) => {
        if (isFailing) throw new Error("made up to fail");
        return known(source, args, context, info) ?? madeUp(field.type);
      };
    }
  }
  return schema;
}

function known(source: unknown, args: object, context: unknown, info: GraphQLResolveInfo): unknown {
  return defaultFieldResolver(source, args as Record<string, unknown>, context, info);
}

function madeUp(type: GraphQLOutputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    return Array.from({ length: LIST_LENGTH }, () => madeUp(nullable.ofType as GraphQLOutputType));
  }
  if (isEnumType(nullable)) return nullable.getValues()[0]?.value;
  if (!isScalarType(nullable)) return {};
  return MADE_UP_SCALARS[nullable.name] ?? "made up";
}

const MADE_UP_SCALARS: Readonly<Record<string, unknown>> = { Int: 3, Float: 1.5, Boolean: true };
