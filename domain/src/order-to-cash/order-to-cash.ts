import { assertNever } from "../brand.ts";
import type { OrderId, OrderNumber } from "../identifiers.ts";
import type { OrderDraft } from "../order.ts";
import type { OrderState } from "../order-state.ts";
import { zeroQuantity } from "../quantity.ts";
import { sourcingOf } from "../sourcing/order-sourcing.ts";
import { onDecided, onFreight, onPriced, onTax } from "./bill-events.ts";
import { onDeclined, onHoldReleased, openingHolds } from "./approval.ts";
import { goOnBilling, onInvoice } from "./billing.ts";
import type { OrderToCashEvent, OrderToCashResult, Stamp, StepFailure } from "./events.ts";
import {
  giveUp,
  goOn,
  isUndoStep,
  onReleaseCancelled,
  onRemoved,
  onRequested,
  onRewritten,
  withdrawWaitedFor,
} from "./requests.ts";
import { onStepEnded } from "./ended-steps.ts";
import { joined, moved, unchanged } from "./result.ts";
import { onReleased, onShipments } from "./shipping.ts";
import { onSourced } from "./sourced.ts";
import { onSourcedByHand } from "./sourced-by-hand.ts";
import { newestStep, stepOf, withStep } from "./steps.ts";
import { onTaxSettled, onTruedUp } from "./tax-true-up.ts";
import { holdOwner, note, withHold, withoutHold } from "./timeline.ts";

/**
 * The process begins: the order is accepted, and its command to the ERP is on disk with it.
 * @param commandId that command
 */
export function openOrder(
  id: OrderId,
  draft: OrderDraft,
  commandId: string | null = null,
): OrderToCashResult {
  const holds = openingHolds(draft);
  const isHeld = holds.length > 0;
  const state: OrderState = {
    id,
    number: null,
    status: isHeld ? "ON_HOLD" : "SUBMITTED",
    draft,
    holds,
    timeline: [{ type: "SUBMITTED", at: draft.placedAt, source: OURSELVES, note: null }],
    lines: draft.lines.map(({ lineNumber, ordered }) => ({
      lineNumber,
      allocated: zeroQuantity(ordered.uom),
      shipped: zeroQuantity(ordered.uom),
      invoiced: zeroQuantity(ordered.uom),
    })),
    shipments: [],
    invoices: [],
    steps: [
      {
        kind: "createOrder",
        release: null,
        status: "ASKED",
        commandId,
        warehouse: null,
        lines: [],
      },
    ],
    sourcing: sourcingOf(draft),
    request: null,
  };
  return { ...unchanged(state), changes: isHeld ? ["SUBMITTED", "HELD"] : ["SUBMITTED"] };
}

const OURSELVES = "crossdock";

/**
 * Order to cash as a pure function: created in the ERP → released to the warehouse → shipped →
 * each shipment billed → invoiced; or taken back, from the last step to the first. Events may come
 * twice, late or in another order; a repeated one changes nothing and asks for nothing.
 * @param commandId the command that did it; `null` when a source told of it
 */
export function orderToCash(
  state: OrderState,
  event: OrderToCashEvent,
  commandId: string | null = null,
): OrderToCashResult {
  const result = react(state, event, commandId);
  const gone = joined(result, goOn(result.state, event));
  return joined(gone, goOnBilling(gone.state, event));
}

function react(
  state: OrderState,
  event: OrderToCashEvent,
  commandId: string | null,
): OrderToCashResult {
  switch (event.kind) {
    case "orderCreated":
      return onCreated(state, event, commandId);
    case "orderRefused":
      return onRefused(state, event);
    case "releaseCreated":
      return onReleased(state, event, commandId);
    case "shipmentProgressed":
      return onShipments(state, [event.shipment], event);
    case "invoiceChanged":
      return onInvoice(state, event.invoice, event);
    case "freightKnown":
      return onFreight(state, event);
    case "taxCalculated":
      return onTax(state, event);
    case "taxTruedUp":
      return onTruedUp(state, event);
    case "taxSettled":
      return onTaxSettled(state, event);
    case "orderPriced":
      return onPriced(state, event.prices);
    case "billDecided":
      return onDecided(state, event.number, event.decision, event);
    case "stepFailed": {
      const held = onStepFailed(state, event);
      return joined(held, withdrawWaitedFor(held.state));
    }
    case "stepPostponed":
      return withdrawWaitedFor(state);
    case "stepRefused":
      return onStepRefused(state, event);
    case "stepEnded":
      return onStepEnded(state, event);
    case "cancelRequested": {
      const { commandId: wanted, reason, at: requestedAt } = event;
      return onRequested(state, { kind: "cancel", commandId: wanted, requestedAt, reason }, event);
    }
    case "amendRequested": {
      const { commandId: wanted, amendment, at: requestedAt } = event;
      const request = { commandId: wanted, requestedAt, amendment, isRewriting: false };
      return onRequested(state, { kind: "amend", ...request }, event);
    }
    case "releaseCancelled":
      return onReleaseCancelled(state, event);
    case "backorderSourced":
      return onSourced(state, event);
    case "sourcedByHand":
      return onSourcedByHand(state, event);
    case "orderCorrected":
      return onCorrected(state, event.draft);
    case "orderRemoved":
      return onRemoved(state);
    case "orderRewritten":
      return onRewritten(state, event);
    case "holdReleased":
      return onHoldReleased(state, event);
    case "orderDeclined":
      return onDeclined(state, event);
    case "returnRequested":
      return onReturnRequested(state, event);
    default:
      return assertNever(event);
  }
}

function onCreated(
  state: OrderState,
  event: Stamp & { readonly number: OrderNumber },
  commandId: string | null,
): OrderToCashResult {
  if (state.number !== null) return unchanged(state);
  const created = note(state, event, "CONFIRMED", event.number);
  const step = newestStep(state, "createOrder");
  const next = {
    ...(step === null
      ? created
      : withStep(created, step, { status: "DONE", commandId: commandId ?? step.commandId })),
    number: event.number,
    holds: withoutHold(state.holds, "createOrder"),
  };
  return moved(state, next, { changes: ["CONFIRMED"] });
}

/** What the ERP has is changed by amending it: it knows nothing of a correction. */
function onCorrected(
  state: OrderState,
  { customerReference, requestedDeliveryOn, shipTo, lines }: Corrected,
): OrderToCashResult {
  if (state.number !== null) return unchanged(state);
  const corrected = { customerReference, requestedDeliveryOn, shipTo, lines };
  const next = { ...state, draft: { ...state.draft, ...corrected } };
  return moved(state, next, { changes: ["AMENDED"] });
}

type Corrected = Extract<OrderToCashEvent, { kind: "orderCorrected" }>["draft"];

function onRefused(
  state: OrderState,
  event: Stamp & { readonly code: string; readonly message: string },
): OrderToCashResult {
  if (state.number !== null || state.status === "REJECTED") return unchanged(state);
  const { request } = state;
  const step = newestStep(state, "createOrder");
  const stepped = step === null ? state : withStep(state, step, { status: "REFUSED" });
  const refused = note(stepped, event, "REJECTED", event.message);
  const hold = { code: event.code, reason: event.message, since: event.at };
  const message = "The ERP refused the order.";
  const code = request?.kind === "amend" ? "NOT_AMENDABLE" : "NOT_CANCELLABLE";
  const { ended } = giveUp(state, { code, message });
  const next = { ...refused, status: "REJECTED", holds: [hold], request: null } as const;
  return moved(state, next, { changes: ["REJECTED"], ended });
}

function onStepFailed(
  state: OrderState,
  { step, release, invoice, code, message, at }: Stamp & StepFailure,
): OrderToCashResult {
  const owner = holdOwner(step, release, invoice);
  const holds = withHold(state.holds, owner, { code, reason: message, since: at });
  return holds === state.holds
    ? unchanged(state)
    : moved(state, { ...state, holds }, { changes: ["HELD"] });
}

function onStepRefused(state: OrderState, event: Stamp & StepFailure): OrderToCashResult {
  const { step } = event;
  if (isUndoStep(step)) return giveUp(state, event);
  const held = onStepFailed(state, event);
  if (step !== "releaseOrder") return held;
  const release = stepOf(held.state, "releaseOrder", event.release, "ASKED");
  if (release === null) return held;
  return { ...held, state: withStep(held.state, release, { status: "REFUSED" }) };
}

function onReturnRequested(
  state: OrderState,
  event: Stamp & { readonly number: string },
): OrderToCashResult {
  const noted = note(state, event, "RETURN_REQUESTED", event.number);
  return noted === state
    ? unchanged(state)
    : moved(state, noted, { changes: ["RETURN_REQUESTED"] });
}
