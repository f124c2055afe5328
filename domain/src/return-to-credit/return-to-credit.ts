import { assertNever } from "../brand.ts";
import type { Return } from "../return.ts";
import { onAuthorized, onEndingRequested } from "./authorizing.ts";
import { onCredited, onRefunded } from "./crediting.ts";
import type { ReturnToCreditEvent, ReturnToCreditResult } from "./events.ts";
import { onStepEnded, onStepFailed, onStepRefused } from "./failed-steps.ts";
import { goOn } from "./next-steps.ts";
import { onAnnounced, onReported, onReviewed, onWithdrawn } from "./receiving.ts";
import { joined } from "./result.ts";
import type { ReturnTerms } from "./terms.ts";

/** The process begins: a buyer has asked for it, and nobody has decided. */
export function requestedReturn(
  asked: Pick<Return, "id" | "number" | "orderId" | "customerNumber" | "lines" | "requestedAt"> & {
    readonly terms: ReturnTerms;
  },
): Return {
  return {
    ...asked,
    status: "REQUESTED",
    authorized: null,
    parcels: [],
    holds: [],
    timeline: [{ type: "REQUESTED", at: asked.requestedAt, source: "crossdock", note: null }],
    ending: null,
  };
}

/**
 * Return to credit as a pure function: authorized → announced to the warehouse → arrived → inspected → credited on
 * the invoice that billed it → refunded where the terms say so; or ended before it arrives, and then the warehouse
 * waits for it no more. Events may come twice, late or in another order; a repeated one changes nothing and
 * asks for nothing.
 * @param commandId the command that did it; `null` when a source told of it
 */
export function returnToCredit(
  state: Return,
  event: ReturnToCreditEvent,
  commandId: string | null = null,
): ReturnToCreditResult {
  const result = react(state, event, commandId);
  return result.state === state ? result : joined(result, goOn(result.state, event));
}

function react(
  state: Return,
  event: ReturnToCreditEvent,
  commandId: string | null,
): ReturnToCreditResult {
  switch (event.kind) {
    case "authorized":
      return onAuthorized(state, event);
    case "endingRequested":
      return onEndingRequested(state, event);
    case "announced":
      return onAnnounced(state, event, commandId);
    case "parcelReported":
      return onReported(state, event);
    case "withdrawn":
      return onWithdrawn(state, event);
    case "reviewed":
      return onReviewed(state, event);
    case "credited":
      return onCredited(state, event);
    case "refunded":
      return onRefunded(state, event);
    case "stepFailed":
      return onStepFailed(state, event);
    case "stepRefused":
      return onStepRefused(state, event);
    case "stepEnded":
      return onStepEnded(state, event);
    default:
      return assertNever(event);
  }
}
