import { isOver } from "../order-status.ts";
import type { OrderState } from "../order-state.ts";
import { withSourcing } from "./allocation.ts";
import type { BackorderLook, OrderToCashResult } from "./events.ts";
import { moved, unchanged } from "./result.ts";
import { withoutServed } from "./shipping.ts";

/**
 * Stock was found for what waits, or another date: what was found is planned and released next, never more than
 * waits. A look that another one overtook counts for nothing: the stock it saw may be somebody else's by now.
 */
export function onSourced(
  state: OrderState,
  { look, rule, assignments, promises }: BackorderLook,
): OrderToCashResult {
  const { sourcing } = state;
  if (isOver(state) || state.request !== null || look !== sourcing.looks + 1) {
    return unchanged(state);
  }
  const waiting = sourcing.backorders.map((backorder) => {
    const promise = promises.find(({ lineNumber }) => lineNumber === backorder.lineNumber);
    return { ...backorder, ...promise };
  });
  const planned = [...sourcing.planned, ...assignments];
  const sourced = withSourcing({
    ...state,
    sourcing: { ...sourcing, rule, planned, backorders: waiting, looks: look },
  });
  return moved(state, { ...sourced, holds: withoutServed(sourced) });
}
