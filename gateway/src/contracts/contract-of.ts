import type { Viewer } from "@crossdock/domain";
import type { GraphQLSchema } from "graphql";
import type { SupergraphSnapshot } from "../execution/snapshot.ts";
import { AUDIENCE_OF_ROLE } from "../policy/client-policies.ts";
import type { Audience, ClientPolicies } from "../policy/client-policies.ts";
import type { Contracts } from "./contract.ts";

/** What an operation is validated against: the contract of an audience, or the whole graph. */
export type ServedSchema = Audience | "full";

/**
 * Callers who do not say who they are read the schema that is published for customers: they learn that they have to
 * sign in, and are answered nothing but what is public.
 */
const CONTRACT_OF_NOBODY: Audience = "portal";

/** A word of an introspection; `__typename` is none. */
const INTROSPECTION = /__(?:schema|type)\b/;

/**
 * Who is held to a contract, and who asks what there is, is served the contract of the audience. Others may ask for anything, and
 * what is outside of their contract is refused to them with its path: see `createAccessDecisions`.
 */
export function servedSchemaOf(
  policies: ClientPolicies,
  viewer: Viewer | null,
  text: unknown,
): ServedSchema {
  const { audience, isHeldToContract } = policies.policyOf(viewer);
  const asksWhatThereIs = typeof text === "string" && INTROSPECTION.test(text);
  return isHeldToContract || asksWhatThereIs ? (audience ?? CONTRACT_OF_NOBODY) : "full";
}

export function schemaNamed(
  { contracts, apiSchema }: Pick<SupergraphSnapshot, "contracts" | "apiSchema">,
  name: ServedSchema,
): GraphQLSchema {
  return name === "full" ? apiSchema : contracts[name];
}

/** What callers of a role have, whatever is agreed with their application. */
export function contractOfRole(contracts: Contracts, viewer: Viewer | null): GraphQLSchema {
  return contracts[viewer === null ? CONTRACT_OF_NOBODY : AUDIENCE_OF_ROLE[viewer.role]];
}
