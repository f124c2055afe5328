import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from "@apollo/federation-internals";

/**
 * Reads a supergraph with every feature that this gateway serves or refuses by itself: see `lintSupergraph`.
 * @param isChecked whether to look for what composition does not let pass; a text that was composed needs no such look
 * @throws {Error} it is no supergraph, or asks for a feature that nobody here knows
 */
export function buildSupergraph(supergraphSdl: string, isChecked = false): Supergraph {
  return Supergraph.build(supergraphSdl, {
    supportedFeatures: ROUTER_SUPPORTED_SUPERGRAPH_FEATURES,
    validateSupergraph: isChecked,
  });
}
