type Variables = Readonly<Record<string, unknown>>;

/** Of what the client gave, the variables that a fetch uses. What was not given is left out, so that its default counts. */
export type VariablesOf = (given: Variables) => Record<string, unknown>;

export function compileVariables(names: readonly string[]): VariablesOf {
  return (given) => {
    const used: Record<string, unknown> = {};
    for (const name of names) {
      const value = Object.hasOwn(given, name) ? given[name] : undefined;
      if (value !== undefined) used[name] = value;
    }
    return used;
  };
}

/** The variable by which a subgraph is told which entities are meant. */
export const REPRESENTATIONS = "representations";

/**
 * Variables and representations as one JSON object.
 * @param representations each as JSON
 */
export function writeVariables(variables: Variables, representations: readonly string[]): string {
  const others = JSON.stringify(variables).slice(1, -1);
  return `{${others}${others === "" ? "" : ","}"${REPRESENTATIONS}":[${representations.join(",")}]}`;
}
