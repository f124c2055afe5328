/** The supergraph cannot be served as it is. The message says what to change, one line a problem. */
export class SupergraphRefusedError extends Error {
  override readonly name = "SupergraphRefusedError";

  constructor(
    readonly version: string,
    readonly problems: readonly string[],
  ) {
    super(problems.join("\n"));
  }
}
