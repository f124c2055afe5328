import { execute } from "graphql";
import type { ExecutionResult, GraphQLFieldResolver } from "graphql";
import type { PreparedSubscription } from "./prepare.ts";

/** What a subgraph answered stands under the names that the operation gave it. */
const byResponseName: GraphQLFieldResolver<unknown, unknown> = (
  source,
  _args,
  _context,
  { path },
) => (source as Readonly<Record<string, unknown>>)[String(path.key)];

/**
 * Makes a client's answer of an event that needs no other subgraph: the event without what was selected
 * for the gateway's own use. Costs a part of what the stock executor takes, which reads the operation again.
 * @returns `null` when that is not all there is to it: the stock executor then knows what is wrong, and where
 */
export function shapeEvent(
  { snapshot, document, operationName, variables, plan, access }: PreparedSubscription,
  { data, errors }: ExecutionResult,
): ExecutionResult | null {
  if (
    access.refusals.length > 0 ||
    plan.rest !== undefined ||
    errors !== undefined ||
    data === undefined ||
    data === null
  ) {
    return null;
  }
  const result = execute({
    schema: snapshot.apiSchema,
    document,
    operationName: operationName ?? null,
    variableValues: variables,
    rootValue: data,
    fieldResolver: byResponseName,
  });
  return "then" in result || result.errors !== undefined ? null : result;
}
