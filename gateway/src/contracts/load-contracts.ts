import { setImmediate } from "node:timers/promises";
import type { GraphQLSchema } from "graphql";
import type { Audience } from "../policy/client-policies.ts";
import { AUDIENCES, cutContract } from "./contract.ts";
import type { Contracts } from "./contract.ts";

/**
 * The contracts of all audiences. Others have their turn between two of them.
 * @throws {Error} one of them cannot be cut
 */
export async function loadContracts(
  supergraphSdl: string,
  apiSchema: GraphQLSchema,
): Promise<Contracts> {
  const contracts: Partial<Record<Audience, GraphQLSchema>> = {};
  for (const audience of AUDIENCES) {
    contracts[audience] = cutContract(supergraphSdl, audience, apiSchema);
    await setImmediate();
  }
  return contracts as Contracts;
}
