import { parse } from "graphql";
import type { DocumentNode, GraphQLSchema } from "graphql";
import { AUDIENCES, cutContract, type Contracts } from "../contracts/contract.ts";
import { buildSupergraph } from "../execution/build-supergraph.ts";

/** A supergraph as clients see it, and as it is written. */
export type PublicSchema = {
  readonly supergraph: DocumentNode;
  /** Everything that is public, whoever it is for. */
  readonly api: GraphQLSchema;
  /** What there is for each audience. */
  readonly contracts: Contracts;
};

/**
 * @param supergraphSdl as `npm run compose` writes it
 * @throws {Error} it is no supergraph, or an audience's contract has no meaning
 */
export function readPublicSchema(supergraphSdl: string): PublicSchema {
  const api = buildSupergraph(supergraphSdl).apiSchema().toGraphQLJSSchema();
  const contracts = Object.fromEntries(
    AUDIENCES.map((audience) => [audience, cutContract(supergraphSdl, audience, api)]),
  ) as Contracts;
  return { supergraph: parse(supergraphSdl), api, contracts };
}
