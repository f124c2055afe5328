import { isEnumType, isSpecifiedScalarType } from "graphql";
import type { GraphQLEnumType, GraphQLLeafType } from "graphql";

/** Numbers from here on are written with an exponent. */
const FIRST_WITH_EXPONENT = 1e21;

/** Whether a number is one that `Int` and `ID` take. The stock executor does not look whether it has 32 bits. */
export function isIntegral(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < FIRST_WITH_EXPONENT;
}

/**
 * Source of an expression that tells whether a value may stand in an answer.
 * @param value the name of a variable that holds neither null nor undefined
 * @param namesOf source of the set of an enum's names
 * @returns `null` where any value may
 */
export function leafCheck(
  type: GraphQLLeafType,
  value: string,
  namesOf: (type: GraphQLEnumType) => string,
): string | null {
  if (isEnumType(type)) return `${namesOf(type)}.has(${value})`;
  if (!isSpecifiedScalarType(type)) return null;
  switch (type.name) {
    case "String":
      return `typeof ${value} === "string"`;
    case "Boolean":
      return `typeof ${value} === "boolean"`;
    case "Int":
      return `isIntegral(${value})`;
    case "Float":
      return `Number.isFinite(${value})`;
    default:
      return `(typeof ${value} === "string" || isIntegral(${value}))`; // ID
  }
}

/** The same as a function. */
export function leafTest(type: GraphQLLeafType): (value: unknown) => boolean {
  if (isEnumType(type)) {
    const names = namesOfEnum(type);
    return (value) => names.has(value as string);
  }
  if (!isSpecifiedScalarType(type)) return () => true;
  switch (type.name) {
    case "String":
      return (value) => typeof value === "string";
    case "Boolean":
      return (value) => typeof value === "boolean";
    case "Int":
      return isIntegral;
    case "Float":
      return Number.isFinite;
    default:
      return (value) => typeof value === "string" || isIntegral(value); // ID
  }
}

export function namesOfEnum(type: GraphQLEnumType): ReadonlySet<string> {
  return new Set(type.getValues().map(({ name }) => name));
}
