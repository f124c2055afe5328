import type { GraphQLError } from "graphql";

/**
 * A literal in the operation's text that its scalar cannot read. A scalar that throws on a literal is
 * answered by graphql-js with an error that has no code; so the scalar returns this instead,
 * and the guard of the field raises it before the resolver sees it.
 */
export class InvalidLiteral {
  constructor(readonly error: GraphQLError) {}
}

/** @throws the error of the first invalid literal in `args`, however deep */
export function refuseInvalidLiterals(args: unknown): void {
  if (typeof args !== "object" || args === null) return;
  if (args instanceof InvalidLiteral) throw args.error;
  for (const value of Object.values(args)) refuseInvalidLiterals(value);
}
