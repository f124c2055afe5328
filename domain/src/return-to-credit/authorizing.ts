import type { Stamp } from "../order-to-cash/events.ts";
import type { Return } from "../return.ts";
import type { PlannedParcel, ReturnToCreditResult } from "./events.ts";
import type { ReturnParcel } from "./parcel.ts";
import { moved, noted, unchanged } from "./result.ts";
import { hasArrived, isReturnOver } from "./status.ts";

/** Somebody has agreed to it, or its terms have: from here on its parcels are on their way. */
export function onAuthorized(
  state: Return,
  event: Stamp & {
    readonly by: string;
    readonly note: string | null;
    readonly parcels: readonly PlannedParcel[];
  },
): ReturnToCreditResult {
  if (state.authorized !== null || state.ending !== null) return unchanged(state);
  const { by, note, at } = event;
  const parcels = event.parcels.map((planned, nth): ReturnParcel => ({
    ...planned,
    number: nth + 1,
    status: "PLANNED",
    commandId: null,
    counted: [],
    unexpected: [],
    review: null,
    credit: null,
  }));
  const authorized = { ...state, authorized: { by, note, at }, parcels };
  return moved(state, noted(authorized, event, "AUTHORIZED", note));
}

/** While nothing of it has arrived it can be ended; what the warehouse knows of is taken back first. */
export function onEndingRequested(
  state: Return,
  event: Stamp & {
    readonly ending: "cancel" | "reject";
    readonly by: string;
    readonly reason: string;
  },
): ReturnToCreditResult {
  if (!mayEnd(state)) return unchanged(state);
  const { ending: kind, by, reason, at } = event;
  const type = kind === "cancel" ? "CANCEL_REQUESTED" : "REJECT_REQUESTED";
  const ending = { kind, by, reason, requestedAt: at };
  return moved(state, { ...noted(state, event, type, reason), ending });
}

/** Whether nobody has asked for its end yet, and its goods are not back. */
export function mayEnd({ ending, parcels, status }: Return): boolean {
  return ending === null && !isReturnOver(status) && !parcels.some(hasArrived);
}
