import type { GraphQLError } from "graphql";

/**
 * The status by which those who read HTTP only are told of errors, where these ask for one: of several the last one's, as Apollo's pipeline
 * has it.
 */
export function statusAskedBy(errors: readonly GraphQLError[]): number | undefined {
  if (errors.length === 0) return undefined;
  return errors.map(({ extensions }) => statusIn(extensions["http"])).findLast(isStatus);
}

function statusIn(http: unknown): unknown {
  return typeof http === "object" && http !== null && "status" in http ? http.status : undefined;
}

function isStatus(status: unknown): status is number {
  return typeof status === "number" && status > 0;
}
