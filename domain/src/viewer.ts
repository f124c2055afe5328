import type { CustomerNumber } from "./identifiers.ts";
import type { Instant } from "./time.ts";

export const ROLES = ["portal", "mobile", "partner", "operator", "carrier", "finance"] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking, as proven by a token: what the gateway hands to every subgraph. */
export type Viewer = {
  readonly id: string;
  readonly name: string | null;
  /** The application that asks; idempotency keys are its own. */
  readonly clientId: string;
  readonly role: Role;
  /** e.g. `orders:write`, `operations:read`. */
  readonly scopes: readonly string[];
  /** The accounts that may be seen: these, or every one (the distributor's own people). */
  readonly customers: readonly CustomerNumber[] | "all";
  /** The token is worth nothing from then on; live streams end. */
  readonly expiresAt: Instant;
};

/** The one place that says whose data may be seen. An object of somebody else reads as not there. */
export function maySee(viewer: Viewer, customerNumber: CustomerNumber): boolean {
  return viewer.customers === "all" || viewer.customers.includes(customerNumber);
}

/** What each kind of token may do, for the local issuer. */
export const SCOPES_OF_ROLE: Readonly<Record<Role, readonly string[]>> = {
  portal: ["orders:read", "orders:write", "inventory:read", "shipments:read", "billing:read"],
  mobile: ["orders:read", "orders:write", "inventory:read", "shipments:read", "billing:read"],
  partner: ["orders:read", "orders:write", "inventory:read", "shipments:read", "billing:read"],
  operator: [
    "orders:read",
    "orders:write",
    "inventory:read",
    "inventory:write",
    "shipments:read",
    "shipments:write",
    "billing:read",
    "billing:write",
    "operations:read",
    "operations:write",
  ],
  carrier: ["shipments:read", "shipments:write"],
  finance: ["orders:read", "shipments:read", "billing:read", "billing:write"],
};
