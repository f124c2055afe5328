import type { Viewer } from "./viewer.ts";

/** The application that places synthetic orders: a part of this program, for which no issuer makes tokens. */
export const SYNTHETIC_CLIENT = "crossdock-synthetic";

/** The purchase order number of a run's order: it tells people who see it at a source what it is. */
export const syntheticReference = (runId: string): string => `SYNTHETIC-${runId}`;

/** Whether an order of this viewer only finds out if the path of an order works. */
export function placesSyntheticOrders({ clientId }: Pick<Viewer, "clientId">): boolean {
  return clientId === SYNTHETIC_CLIENT;
}
