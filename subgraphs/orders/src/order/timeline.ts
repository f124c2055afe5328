import type { Instant, Milestone, OrderState } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";

/** What happened, oldest first. Of an order of the ERP's own we know only when it was placed. */
export function timelineOf(
  { state, placedAt }: OrderRecord,
  erpName: string,
): readonly Milestone[] {
  if (state !== null) return state.timeline;
  return [{ type: "SUBMITTED", at: placedAt, source: erpName, note: null }];
}

/** When the order first came to `type`; `null` when it has not. */
export function reachedAt(state: OrderState, type: string): Instant | null {
  return state.timeline.find((milestone) => milestone.type === type)?.at ?? null;
}
