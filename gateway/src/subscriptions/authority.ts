import type { Viewer } from "@crossdock/domain";

/** In whose name something is asked of a subgraph. */
export type Lender = {
  readonly viewer: Viewer | null;
  /** The header that proved the viewer. */
  readonly authorization: string | null;
};

/**
 * All that decides what a viewer is shown: two viewers of one authority get the same events with the same
 * data. The application is part of it, because a command that is about no account is shown to it alone. Who
 * the person is and how long the token lives are not.
 */
export function authorityOf(viewer: Viewer | null): string {
  if (viewer === null) return "nobody";
  const { clientId, role, scopes, customers } = viewer;
  return JSON.stringify([
    clientId,
    role,
    [...scopes].sort(),
    customers === "all" ? customers : [...customers].sort(),
  ]);
}

/** Who may go on asking for longer. */
export function longerOf<Who extends Lender>(left: Who, right: Who): Who {
  return expiryMs(right) > expiryMs(left) ? right : left;
}

function expiryMs({ viewer }: Lender): number {
  return viewer === null ? Infinity : Date.parse(viewer.expiresAt);
}
