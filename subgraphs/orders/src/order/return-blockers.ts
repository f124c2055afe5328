import { isReturnOver, parcelName, type Instant, type Return } from "@crossdock/domain";
import type { Blocker } from "./blockers.ts";

/** A step takes this long when all is well; what takes longer is in the way. */
const USUAL_STEP_MS = 2_000;

type Question = {
  /** As configured: a clerk knows the systems by these names. */
  readonly names: { readonly wms: string; readonly finance: string };
  readonly nowMs: number;
};

/** Everything that stands in the return's way now, in plain words: holds first, then whom it waits for. */
export function returnBlockersOf(state: Return, question: Question): readonly Blocker[] {
  const held = state.holds.map(({ code, reason, since }): Blocker => ({
    code: code.slice(code.indexOf(":") + 1),
    message: reason,
    since,
    owner: /^(credit|refund)/.test(code) ? "finance" : "warehouse",
  }));
  return [...held, ...waitsOf(state, question)];
}

function waitsOf(state: Return, { names, nowMs }: Question): readonly Blocker[] {
  const { status, requestedAt, authorized, parcels, holds, number, timeline } = state;
  if (status === "REQUESTED") {
    const message = "The distributor has not decided on it yet.";
    return [{ code: "WAITING_FOR_APPROVAL", message, since: requestedAt, owner: "operator" }];
  }
  if (isReturnOver(status)) return [];
  const isHeld = (step: string) => holds.some(({ code }) => code.startsWith(`${step}:`));
  const isLate = (since: Instant | null) =>
    since === null || nowMs - Date.parse(since) > USUAL_STEP_MS;
  const since = authorized?.at ?? null;
  return parcels.flatMap((parcel): readonly Blocker[] => {
    const name = parcelName(number, parcel.number);
    const inspectedAt =
      timeline.find(({ type, note }) => type === "INSPECTED" && note === name)?.at ?? null;
    if (parcel.status === "ASKED" && !isHeld(`announceReturn-${String(parcel.number)}`)) {
      const message = `${names.wms} has not been told of ${name} yet. It is kept and will be sent again.`;
      return isLate(since)
        ? [{ code: "WAITING_FOR_WAREHOUSE", message, since, owner: "source" }]
        : [];
    }
    if (parcel.status === "AWAITED") {
      const message = `${name} has not arrived at ${parcel.warehouse} yet.`;
      return [{ code: "WAITING_FOR_GOODS", message, since, owner: "customer" }];
    }
    if (parcel.status === "ARRIVED") {
      const message = `${parcel.warehouse} has ${name} and has not inspected it yet.`;
      return [{ code: "WAITING_FOR_INSPECTION", message, since: null, owner: "warehouse" }];
    }
    const isCrediting = parcel.credit?.status === "ASKED";
    if (!isCrediting || isHeld(`creditReturn-${String(parcel.number)}`)) return [];
    const message = `${names.finance} has not credited ${name} yet.`;
    return isLate(inspectedAt)
      ? [{ code: "WAITING_FOR_CREDIT", message, since: inspectedAt, owner: "finance" }]
      : [];
  });
}
