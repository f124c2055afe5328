import type { Instant, Viewer } from "@crossdock/domain";
import { ROLES, SCOPES_OF_ROLE } from "@crossdock/domain";
import type { Draws } from "./seeded-draws.ts";

/** How many callers do not say who they are. */
const NOBODY = 0.04;
/** And how many may have everything; of the others each lacks some of the scopes of its role. */
const ALL_SCOPES = 0.5;

/** Somebody who may have all of a graph, or some of it, or nothing; `null` for nobody. */
export function drawViewer(draws: Draws): Viewer | null {
  if (draws.chance(NOBODY)) return null;
  const isRich = draws.chance(ALL_SCOPES);
  const role = isRich ? "operator" : draws.oneOf(ROLES);
  const scopes = [...SCOPES_OF_ROLE[role], "makers"];
  return {
    id: `user of ${role}`,
    name: null,
    clientId: role,
    role,
    scopes: isRich ? scopes : scopes.filter(() => draws.chance(0.6)),
    customers: "all",
    expiresAt: "2099-01-01T00:00:00.000Z" as Instant,
  };
}
