import type { OrderState } from "../order-state.ts";
import { withUndone } from "./allocation.ts";
import { withDoneByHand } from "./bill-events.ts";
import {
  BILL_STEPS,
  type BillStep,
  type OrderStep,
  type OrderToCashEvent,
  type OrderToCashResult,
  type Stamp,
} from "./events.ts";
import { giveUp, isUndoStep, onReleaseCancelled, onRemoved, onRewritten } from "./requests.ts";
import { moved, unchanged } from "./result.ts";
import { stepOf, withStep } from "./steps.ts";
import { holdOwner, note, withHold, withoutHold } from "./timeline.ts";

/**
 * The command of a step goes no further. Without its sales order there is no order; a release or a bill
 * that was taken back for a client's request is as good as never asked for, one that a person ended holds
 * the order with that person's note, unless that person did it by hand.
 */
export function onStepEnded(state: OrderState, event: Ended): OrderToCashResult {
  const { step, isDone, release, invoice } = event;
  if (isUndoStep(step)) {
    return isDone
      ? BY_HAND[step](state, event)
      : giveUp(state, { code: "NOT_CANCELLABLE", message: event.note });
  }
  const isHeld = !isDone && state.request === null;
  const hold = { code: ENDED, reason: event.note, since: event.at };
  const owner = holdOwner(step, release, invoice);
  const holds = isHeld ? withHold(state.holds, owner, hold) : withoutHold(state.holds, owner);
  const changes = isHeld ? (["HELD"] as const) : [];
  if (isBillStep(step)) {
    const billed = isDone ? withDoneByHand(state, step, invoice) : state;
    return moved(state, { ...billed, holds }, { changes });
  }
  const ended = stepOf(state, step, release, "ASKED");
  if (ended === null) return unchanged(state);
  if (step === "createOrder" && state.request?.kind !== "cancel") return withoutOrder(state, event);
  const next = { ...state, holds };
  if (!isDone && !isHeld) return moved(state, withUndone(next, ended), { changes });
  return moved(state, withStep(next, ended, { status: isDone ? "DONE" : "REFUSED" }), { changes });
}

function isBillStep(step: OrderStep): step is BillStep {
  return BILL_STEPS.some((billStep) => billStep === step);
}

type Ended = Extract<OrderToCashEvent, { kind: "stepEnded" }>;

/** Of a hold: nobody does the step any more, and a person has said why. */
const ENDED = "CANCELLED";

const BY_HAND = {
  cancelRelease: (state: OrderState, event: Ended) =>
    onReleaseCancelled(state, { ...event, release: event.release ?? null, shipments: [] }),
  removeOrder: onRemoved,
  rewriteOrder: onRewritten,
} as const;

/** Nobody will create the order in the ERP any more. */
function withoutOrder(
  state: OrderState,
  event: Stamp & { readonly note: string },
): OrderToCashResult {
  const { ended } = giveUp(state, { code: "NOT_AMENDABLE", message: "The order was taken back." });
  const steps = state.steps.map((step) => ({ ...step, status: "UNDONE" as const }));
  const noted = note({ ...state, steps }, event, "CANCELLED", event.note);
  const cancelled = { ...noted, status: "CANCELLED", request: null, holds: [] } as const;
  return moved(state, cancelled, { changes: ["CANCELLED"], ended });
}
