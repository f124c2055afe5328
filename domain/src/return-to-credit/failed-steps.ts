import { withHold, withoutHold } from "../order-to-cash/timeline.ts";
import type { Stamp } from "../order-to-cash/events.ts";
import type { Return } from "../return.ts";
import type { ReturnStep, ReturnStepFailure, ReturnToCreditResult } from "./events.ts";
import type { ReturnParcel } from "./parcel.ts";
import { moved, noted, parcelOf, unchanged, withParcel } from "./result.ts";

/** What stands before the colon of a hold's code. */
export function stepOwner(step: ReturnStep, parcel: number): string {
  return `${step}-${String(parcel)}`;
}

/** A step that waits for a person holds the return; what is over by now does not. */
export function onStepFailed(
  state: Return,
  { step, parcel: number, code, message, at }: Stamp & ReturnStepFailure,
): ReturnToCreditResult {
  const parcel = parcelOf(state, number);
  if (parcel === null || !isUnderWay(parcel, step)) return unchanged(state);
  const hold = { code, reason: message, since: at };
  const holds = withHold(state.holds, stepOwner(step, number), hold);
  return holds === state.holds
    ? unchanged(state)
    : moved(state, { ...state, holds }, { changes: ["HELD"] });
}

/**
 * A warehouse that will not forget a parcel has it, or is about to: nobody waits for the end any more, and the
 * return goes on. Every other refusal is for a person.
 */
export function onStepRefused(
  state: Return,
  event: Stamp & ReturnStepFailure,
): ReturnToCreditResult {
  if (event.step !== "withdrawReturn") return onStepFailed(state, event);
  const parcel = parcelOf(state, event.parcel);
  return parcel?.status === "WITHDRAWING" ? notEnded(state, parcel, event) : unchanged(state);
}

/** A person has ended the step, or done by hand what it was to do. */
export function onStepEnded(
  state: Return,
  event: Stamp & {
    readonly step: ReturnStep;
    readonly parcel: number;
    readonly isDone: boolean;
    readonly note: string;
  },
): ReturnToCreditResult {
  const { step, isDone, note } = event;
  const parcel = parcelOf(state, event.parcel);
  if (parcel === null || !isUnderWay(parcel, step)) return unchanged(state);
  if (step === "withdrawReturn" && !isDone) return notEnded(state, parcel, event);
  const holds = withoutHold(state.holds, stepOwner(step, event.parcel));
  const type = isDone ? "DONE_BY_HAND" : "STEP_ENDED";
  const ended = withParcel({ ...state, holds }, afterStep(parcel, step, isDone));
  return moved(state, noted(ended, event, type, `${stepOwner(step, event.parcel)}: ${note}`));
}

function afterStep(parcel: ReturnParcel, step: ReturnStep, isDone: boolean): ReturnParcel {
  const { credit } = parcel;
  switch (step) {
    case "announceReturn":
      return { ...parcel, status: isDone ? "AWAITED" : "WITHDRAWN" };
    case "withdrawReturn":
      return { ...parcel, status: "WITHDRAWN" };
    case "reviewReturn":
      return { ...parcel, review: "DONE" };
    case "creditReturn":
      return credit === null
        ? parcel
        : { ...parcel, credit: { ...credit, status: isDone ? "DONE" : "ENDED" } };
    case "refundCredit":
      return credit?.refund == null
        ? parcel
        : {
            ...parcel,
            credit: { ...credit, refund: { ...credit.refund, status: isDone ? "DONE" : "ENDED" } },
          };
  }
}

/** The end is given up: the parcel comes, and is waited for as before. */
function notEnded(
  state: Return,
  parcel: ReturnParcel,
  event: Stamp & { readonly parcel: number },
): ReturnToCreditResult {
  const awaited = withParcel({ ...state, ending: null }, { ...parcel, status: "AWAITED" });
  const holds = withoutHold(state.holds, stepOwner("withdrawReturn", event.parcel));
  return moved(state, noted({ ...awaited, holds }, event, "NOT_ENDED", GOODS_ARE_BACK));
}

export const GOODS_ARE_BACK = "The warehouse has goods of it already.";

function isUnderWay({ status, review, credit }: ReturnParcel, step: ReturnStep): boolean {
  switch (step) {
    case "announceReturn":
      return status === "ASKED";
    case "withdrawReturn":
      return status === "WITHDRAWING";
    case "reviewReturn":
      return review === "ASKED";
    case "creditReturn":
      return credit?.status === "ASKED";
    case "refundCredit":
      return credit?.refund?.status === "ASKED";
  }
}
