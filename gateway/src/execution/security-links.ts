/**
 * Federation marks the specs of @authenticated, @requiresScopes and @policy `for: SECURITY`, so that
 * a gateway which does not know them refuses to load. ApolloGateway knows none of them. It may have
 * a copy without the mark only where somebody else enforces them.
 */
const SECURITY_LINK =
  /(@link\(url: "https:\/\/specs\.apollo\.dev\/(?:authenticated|requiresScopes|policy)\/v[\d.]+"[^)]*?), for: SECURITY/g;

/** @returns whether the supergraph says who may see what */
export function hasSecurityLinks(supergraphSdl: string): boolean {
  return new RegExp(SECURITY_LINK).test(supergraphSdl);
}

/** The copy for ApolloGateway. Everything else, the directives included, stays. */
export function withoutSecurityMarks(supergraphSdl: string): string {
  return supergraphSdl.replace(SECURITY_LINK, "$1");
}

/**
 * Whether the supergraph uses @context. The stock executor does not rewrite what it asks for and
 * would answer wrongly without a word.
 */
export function usesContext(supergraphSdl: string): boolean {
  return supergraphSdl.includes('@link(url: "https://specs.apollo.dev/context/');
}
