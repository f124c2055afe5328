import { GraphQLError, getVariableValues } from "graphql";
import type { GraphQLSchema, VariableDefinitionNode } from "graphql";

/** A client that errs more often than that is told of the first ones, and that there are more. */
const MAX_ERRORS = 50;

/**
 * The variables of an operation as their types take them, or what is wrong with them. Without a bound a list of a
 * hundred thousand values that are none would be a hundred thousand errors, each with words that were looked for: half a minute in
 * which nobody else is answered.
 * @returns errors of the caller's, with code BAD_USER_INPUT
 */
export function coerceVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  variables: Readonly<Record<string, unknown>>,
): ReturnType<typeof getVariableValues> {
  const result = getVariableValues(schema, definitions, variables, { maxErrors: MAX_ERRORS });
  return result.errors === undefined ? result : { errors: result.errors.map(withCode) };
}

/** What a variable is not would be taken for a failure of ours without it. */
function withCode(error: GraphQLError): GraphQLError {
  const { message, nodes = null, originalError = null, extensions } = error;
  const coded = { code: "BAD_USER_INPUT", ...extensions };
  return new GraphQLError(message, { nodes, originalError, extensions: coded });
}
