import type { RunningOperation } from "../composition/inspect.ts";
import type { PreparedSubscription } from "./prepare.ts";

/** What became of the subscriptions that were open when another supergraph was served. */
export type SubscriptionsMoved = {
  /** Go on over the same upstream. */
  readonly kept: number;
  /** Go on from their cursor over another upstream. */
  readonly reopened: number;
  /** End, as their operation is no longer valid. */
  readonly ended: number;
};

/** @returns each operation once, with how many have it open */
export function countOperations(
  open: Iterable<Pick<PreparedSubscription, "query" | "operationName">>,
): readonly RunningOperation[] {
  const counted = new Map<string, RunningOperation>();
  for (const { query, operationName = null } of open) {
    const key = JSON.stringify([operationName, query]);
    const running = (counted.get(key)?.running ?? 0) + 1;
    counted.set(key, { query, operationName, running });
  }
  return [...counted.values()];
}
