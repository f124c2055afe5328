/**
 * Whether the supergraph uses @context. Apollo's executor does not rewrite what it asks for and
 * would answer wrongly without a word.
 */
export function usesContext(supergraphSdl: string): boolean {
  return supergraphSdl.includes('@link(url: "https://specs.apollo.dev/context/');
}

/** Whether the supergraph uses @policy, which asks for a judgement that nobody here makes. */
export function usesPolicy(supergraphSdl: string): boolean {
  return supergraphSdl.includes('@link(url: "https://specs.apollo.dev/policy/');
}

export const POLICY_IS_NOT_SERVED =
  "The supergraph uses @policy, which nobody here can judge by: use @requiresScopes.";
