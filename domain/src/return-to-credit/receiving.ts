import { withoutHold } from "../order-to-cash/timeline.ts";
import type { Stamp } from "../order-to-cash/events.ts";
import type { Return } from "../return.ts";
import { countGoods } from "./count-goods.ts";
import type { ReturnToCreditResult } from "./events.ts";
import { stepOwner } from "./failed-steps.ts";
import { parcelName, type ParcelReport, type ParcelStatus, type ReturnParcel } from "./parcel.ts";
import { moved, noted, parcelOf, unchanged, withParcel } from "./result.ts";

type OfParcel = Stamp & { readonly parcel: number };

/** The warehouse has taken the announcement; it may have told already that the parcel is there. */
export function onAnnounced(
  state: Return,
  event: OfParcel,
  commandId: string | null,
): ReturnToCreditResult {
  const parcel = parcelOf(state, event.parcel);
  if (parcel === null || parcel.status === "PLANNED") return unchanged(state);
  if (parcel.status !== "ASKED" && parcel.commandId !== null) return unchanged(state);
  const status = parcel.status === "ASKED" ? "AWAITED" : parcel.status;
  const known = { ...parcel, status, commandId: commandId ?? parcel.commandId };
  if (status === parcel.status && known.commandId === parcel.commandId) return unchanged(state);
  return moved(state, withoutStepHold(withParcel(state, known), "announceReturn", event));
}

/** Goods do not go back: a late report of an earlier state changes nothing. */
export function onReported(
  state: Return,
  event: OfParcel & { readonly report: ParcelReport },
): ReturnToCreditResult {
  const { report } = event;
  const parcel = parcelOf(state, event.parcel);
  if (parcel === null || !isForward(parcel.status, report.status)) return unchanged(state);
  if (report.status === "CANCELLED") return withdraw(state, parcel, event);
  const status = report.status;
  const name = parcelName(state.number, parcel.number);
  let next = withoutStepHold(withParcel(state, { ...parcel, status }), "announceReturn", event);
  if (status !== "AWAITED") {
    next = withoutStepHold(next, "withdrawReturn", event);
    next = noted(next, event, "RECEIVED", name);
  }
  if (status === "INSPECTED") {
    const { counted, unexpected } = countGoods(parcel.lines, report.goods);
    next = withParcel(next, { ...parcel, status, counted, unexpected });
    next = noted(next, event, "INSPECTED", name);
  }
  return moved(state, next);
}

export function onWithdrawn(state: Return, event: OfParcel): ReturnToCreditResult {
  const parcel = parcelOf(state, event.parcel);
  return parcel === null || !isForward(parcel.status, "CANCELLED")
    ? unchanged(state)
    : withdraw(state, parcel, event);
}

/** A person, or the warehouse itself, has dealt with what was not expected. */
export function onReviewed(state: Return, event: OfParcel): ReturnToCreditResult {
  const parcel = parcelOf(state, event.parcel);
  if (parcel?.review !== "ASKED") return unchanged(state);
  const reviewed = withParcel(state, { ...parcel, review: "DONE" });
  return moved(state, withoutStepHold(reviewed, "reviewReturn", event));
}

function withdraw(state: Return, parcel: ReturnParcel, event: OfParcel): ReturnToCreditResult {
  const withdrawn = withParcel(state, { ...parcel, status: "WITHDRAWN" });
  const without = withoutStepHold(
    withoutStepHold(withdrawn, "announceReturn", event),
    "withdrawReturn",
    event,
  );
  const { commandId } = parcel;
  return moved(state, noted(without, event, "WITHDRAWN", parcelName(state.number, parcel.number)), {
    compensated: commandId === null ? [] : [commandId],
  });
}

function withoutStepHold(
  state: Return,
  step: Parameters<typeof stepOwner>[0],
  { parcel }: OfParcel,
): Return {
  return { ...state, holds: withoutHold(state.holds, stepOwner(step, parcel)) };
}

const RANK: Readonly<Record<ParcelStatus | "CANCELLED", number>> = {
  PLANNED: 0,
  ASKED: 1,
  AWAITED: 2,
  WITHDRAWING: 3,
  CANCELLED: 4,
  WITHDRAWN: 4,
  ARRIVED: 5,
  INSPECTED: 6,
};

/** What was withdrawn and comes all the same is there: the building is right, and not the paper. */
function isForward(from: ParcelStatus, to: ParcelReport["status"]): boolean {
  return from !== "PLANNED" && RANK[to] > RANK[from];
}
