import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  visit,
} from "graphql";
import type { DirectiveNode, DocumentNode, OperationDefinitionNode } from "graphql";
import { Unsupported } from "../unsupported.ts";

/**
 * Variables that decide on `@skip` and `@include`. Each set of their values is an answer of a shape of its own, which is
 * compiled and kept: two to the power of this many.
 */
export const MAX_CONDITION_VARIABLES = 6;

/** The values of the variables that decide on conditions. */
export type ConditionValues = ReadonlyMap<string, boolean>;

/** A variable that decides on conditions, and what it is when it is not given. */
export type ConditionVariable = {
  readonly name: string;
  readonly defaultValue: boolean | undefined;
};

/** @throws {Unsupported} there are more than `MAX_CONDITION_VARIABLES` */
export function conditionVariablesOf(
  document: DocumentNode,
  { variableDefinitions = [] }: OperationDefinitionNode,
): readonly ConditionVariable[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: given = [] }) => {
      if (name.value !== "skip" && name.value !== "include") return;
      for (const { value } of given) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  const own = variableDefinitions.filter(({ variable }) => names.has(variable.name.value));
  if (own.length > MAX_CONDITION_VARIABLES) {
    throw new Unsupported("conditions", `${String(own.length)} variables decide on its shape`);
  }
  return own.map(({ variable, defaultValue }) => ({
    name: variable.name.value,
    defaultValue: defaultValue?.kind === Kind.BOOLEAN ? defaultValue.value : undefined,
  }));
}

/**
 * @param given as the client sent them
 * @throws {Unsupported} one of them is no boolean, such as the null that may stand in place of a default
 */
export function conditionValuesOf(
  variables: readonly ConditionVariable[],
  given: Readonly<Record<string, unknown>>,
): ConditionValues {
  return new Map(
    variables.map(({ name, defaultValue }) => {
      const value = Object.hasOwn(given, name) ? given[name] : defaultValue;
      if (typeof value !== "boolean") throw new Unsupported("conditions", `${name} is no boolean`);
      return [name, value];
    }),
  );
}

/** @returns whether the conditions leave in what they stand at */
export function isIncluded(
  directives: readonly DirectiveNode[] | undefined,
  values: ConditionValues,
): boolean {
  if (directives === undefined || directives.length === 0) return true;
  const variables = Object.fromEntries(values);
  const skip = getDirectiveValues(GraphQLSkipDirective, { directives }, variables);
  const include = getDirectiveValues(GraphQLIncludeDirective, { directives }, variables);
  return skip?.["if"] !== true && include?.["if"] !== false;
}
