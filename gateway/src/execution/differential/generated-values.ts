import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
} from "graphql";
import type { GraphQLInputType, GraphQLNamedInputType } from "graphql";
import type { Draws } from "./seeded-draws.ts";

/** How deep inputs hold inputs, beyond what they have to. */
const MAX_INPUT_DEPTH = 3;
const MAX_ITEMS = 3;
const TEXTS = ["", "a", "Order:1", "Product:2", 'with "quotes" and \\', "ü\n漢", "1"];

/** A value that a type takes, as JSON has it. */
export function generateValue(type: GraphQLInputType, draws: Draws, depth = 0): unknown {
  if (!isNonNullType(type) && draws.chance(0.1)) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const itemType = nullable.ofType as GraphQLInputType;
    if (draws.chance(0.1)) return generateValue(itemType, draws, depth); // one stands for a list of one
    return Array.from({ length: draws.below(MAX_ITEMS + 1) }, () =>
      generateValue(itemType, draws, depth),
    );
  }
  const named = nullable as GraphQLNamedInputType;
  if (isEnumType(named)) return draws.oneOf(named.getValues()).name;
  if (isInputObjectType(named)) {
    const fields = Object.values(named.getFields()).filter(
      (field) => isRequiredInputField(field) || (depth < MAX_INPUT_DEPTH && draws.chance(0.4)),
    );
    return Object.fromEntries(
      fields.map((field) => [field.name, generateValue(field.type, draws, depth + 1)]),
    );
  }
  return generateScalar(named.name, draws);
}

function generateScalar(name: string, draws: Draws): unknown {
  switch (name) {
    case "Int":
      return draws.oneOf([0, 1, 2, 20, -1, 2_147_483_647]);
    case "Float":
      return draws.oneOf([0, 1.5, -1e10]);
    case "Boolean":
      return draws.chance(0.5);
    case "JSON":
      return draws.oneOf<unknown>([{}, [], "x", { a: [1, null, { b: true }] }]);
    default:
      return draws.oneOf(TEXTS);
  }
}

/** The same value written into a document. */
export function literalOf(value: unknown, type: GraphQLInputType): string {
  const nullable = getNullableType(type);
  if (value === null) return "null";
  if (isListType(nullable)) {
    const itemType = nullable.ofType as GraphQLInputType;
    return Array.isArray(value)
      ? `[${value.map((item) => literalOf(item, itemType)).join(", ")}]`
      : literalOf(value, itemType);
  }
  if (isEnumType(nullable)) return String(value);
  if (isInputObjectType(nullable)) {
    const fields = nullable.getFields();
    return `{ ${Object.entries(value as object)
      .flatMap(([name, inner]: [string, unknown]) => {
        const field = fields[name];
        return field === undefined ? [] : [`${name}: ${literalOf(inner, field.type)}`];
      })
      .join(", ")} }`;
  }
  return plainLiteralOf(value);
}

/** Of a scalar that takes anything: names of fields stand without quotes. */
function plainLiteralOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(plainLiteralOf).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${plainLiteralOf(inner)}`)
    .join(", ")} }`;
}
