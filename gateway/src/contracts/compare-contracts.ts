import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from "graphql";
import type { GraphQLNamedType, GraphQLSchema } from "graphql";

/** Places of the schema: `Order`, `Order.total`, `Product.price(quantity:)`, `OrderStatus.CLOSED`. */
export type ContractDifference = {
  /** In the first and not in the second, in order. A type stands for all that is in it. */
  readonly onlyFirst: readonly string[];
  readonly onlySecond: readonly string[];
};

export function compareContracts(first: GraphQLSchema, second: GraphQLSchema): ContractDifference {
  const [inFirst, inSecond] = [placesOf(first), placesOf(second)];
  return { onlyFirst: without(inFirst, inSecond), onlySecond: without(inSecond, inFirst) };
}

function without(places: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  const missing = places.filter((place) => !known.has(place));
  const types = new Set(missing.filter((place) => !place.includes(".")));
  return missing.filter((place) => types.has(place) || !types.has(place.split(".")[0] ?? ""));
}

function placesOf(schema: GraphQLSchema): readonly string[] {
  return Object.values(schema.getTypeMap())
    .filter(({ name }) => !name.startsWith("__"))
    .flatMap((type) => [type.name, ...insideOf(type).map((place) => `${type.name}.${place}`)])
    .sort();
}

function insideOf(type: GraphQLNamedType): readonly string[] {
  if (isObjectType(type) || isInterfaceType(type)) {
    return Object.values(type.getFields()).flatMap(({ name, args }) => [
      name,
      ...args.map((argument) => `${name}(${argument.name}:)`),
    ]);
  }
  if (isInputObjectType(type)) return Object.keys(type.getFields());
  return isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
}
