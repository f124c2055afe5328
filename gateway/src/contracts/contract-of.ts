import type { Viewer } from "@crossdock/domain";
import type { Audience, ClientPolicies } from "../policy/client-policies.ts";

/**
 * Callers who do not say who they are read the schema that is published for customers: they learn that they have to
 * sign in, and are answered nothing but what is public.
 */
const CONTRACT_OF_NOBODY: Audience = "portal";

/** Whose contract a caller is served by. */
export function contractOf(policies: ClientPolicies, viewer: Viewer | null): Audience {
  return policies.policyOf(viewer).audience ?? CONTRACT_OF_NOBODY;
}
