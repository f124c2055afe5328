import type { ExecutionResult } from "graphql";
import { Unsupported } from "../execution/compiled/unsupported.ts";
import { compiledSubscription } from "./compiled-subscription.ts";
import type { PreparedSubscription } from "./prepare.ts";

/**
 * Makes a client's answer of an event that needs no other subgraph: the event without what was selected
 * for the gateway's own use. Costs a part of a request, which it needs none of.
 * @returns `null` when that is not all there is to it: see `completeEvent`
 */
export function shapeEvent(
  prepared: PreparedSubscription,
  { data, errors }: ExecutionResult,
): ExecutionResult | null {
  const { plan, access } = prepared;
  if (
    access.refusals.length > 0 ||
    plan.rest !== undefined ||
    errors !== undefined ||
    data === undefined ||
    data === null
  ) {
    return null;
  }
  const ready = compiledSubscription(prepared);
  if (ready === null || ready instanceof Unsupported) return null;
  const shaped = ready.answer(data);
  return shaped === null || shaped.isBroken ? null : { data: shaped.data };
}
