/** Why Apollo's executor has to do something: few, for they label a metric. */
export type UnsupportedReason =
  /** It asks for the schema itself. */
  | "introspection"
  | "defer"
  | "subscription"
  | "context"
  /** A name of it is one that every object has, or passes for `__typename`. */
  | "name"
  /** It has more conditions than shapes are kept for, or one is no boolean. */
  | "conditions"
  /** Its plan has a step that is not compiled. */
  | "plan"
  /** Its code would be of a size that is a burden. */
  | "size"
  /** What subgraphs answered is not of their schemas, which Apollo's executor has words for. */
  | "malformed";

/** What is not compiled. The stock executor runs it. */
export class Unsupported extends Error {
  override readonly name = "Unsupported";

  constructor(
    readonly reason: UnsupportedReason,
    what: string,
  ) {
    super(`Not compiled: ${what}.`);
  }
}

/** What `compile` makes, or why it cannot. */
export function orUnsupported<Made>(compile: () => Made): Made | Unsupported {
  try {
    return compile();
  } catch (error) {
    if (error instanceof Unsupported) return error;
    throw error;
  }
}
