import { allocationsOf, type OrderState, type SourcingPlan } from "@crossdock/domain";
import type { OrderSourcing } from "../../generated/resolvers.ts";

type Parts = Pick<SourcingPlan, "assignments" | "backorders">;

/** How it was decided where the goods come from: every reason once, in the order of the lines. */
export function sourcingViewOf({
  rule,
  shipComplete,
  assignments,
  backorders,
}: Pick<SourcingPlan, "rule" | "shipComplete"> & Parts): OrderSourcing {
  const reasons = [...assignments, ...backorders]
    .toSorted((left, right) => left.lineNumber - right.lineNumber)
    .map(({ reason }) => reason);
  return { rule, shipComplete, reasons: [...new Set(reasons)] };
}

/** The same of an order as it stands: what was decided since its acceptance is in it. */
export function sourcingOfOrder(state: OrderState): OrderSourcing {
  const { sourcing } = state;
  return sourcingViewOf({ ...sourcing, assignments: allocationsOf(state) });
}
