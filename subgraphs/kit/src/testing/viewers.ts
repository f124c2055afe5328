import {
  parseCustomerNumber,
  parseInstant,
  SCOPES_OF_ROLE,
  type Role,
  type Viewer,
} from "@crossdock/domain";

/**
 * Somebody with a token of `role`.
 * @param customers account numbers, or every one
 */
export function viewerOf(role: Role, customers: readonly string[] | "all"): Viewer {
  return {
    id: `user-of-${role}`,
    name: null,
    clientId: role,
    role,
    scopes: SCOPES_OF_ROLE[role],
    customers: customers === "all" ? "all" : customers.map((number) => parseCustomerNumber(number)),
    expiresAt: parseInstant("2099-01-01T00:00:00Z"),
  };
}
