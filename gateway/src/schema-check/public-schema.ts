import { Supergraph } from "@apollo/federation-internals";
import { parse } from "graphql";
import type { DocumentNode, GraphQLSchema } from "graphql";

/** A supergraph as clients see it, and as it is written. */
export type PublicSchema = {
  readonly supergraph: DocumentNode;
  readonly api: GraphQLSchema;
};

/**
 * @param supergraphSdl as `npm run compose` writes it
 * @throws {Error} it is no supergraph
 */
export function readPublicSchema(supergraphSdl: string): PublicSchema {
  // Nothing is served here, so it does not matter that nobody enforces the security directives.
  const supergraph = Supergraph.build(supergraphSdl, { supportedFeatures: null });
  return {
    supergraph: parse(supergraphSdl),
    api: supergraph.apiSchema().toGraphQLJSSchema(),
  };
}
