import { isPositive } from "../decimal.ts";
import type { Return, ReturnStatus } from "../return.ts";
import type { CountedGoods, ReturnParcel } from "./parcel.ts";
import type { ReturnTerms } from "./terms.ts";

/** How far a return is, from all of its parcels: the slowest of them says. */
export function returnStatusOf({ authorized, ending, parcels, terms }: Return): ReturnStatus {
  const live = liveParcels(parcels);
  if (ending !== null && live.length === 0) {
    return ending.kind === "cancel" ? "CANCELLED" : "REJECTED";
  }
  if (authorized === null) return "REQUESTED";
  // The warehouse does not wait for any of it: nothing will come.
  if (live.length === 0) return "REJECTED";
  if (live.some(({ status }) => status !== "INSPECTED")) {
    return live.some(hasArrived) ? "RECEIVED" : "AUTHORIZED";
  }
  const owed = live.filter((parcel) => acceptedOf(parcel, terms).length > 0);
  if (owed.length === 0) return "REJECTED";
  if (owed.some(({ credit }) => credit === null || credit.status === "ASKED")) return "INSPECTED";
  return owed.some(({ credit }) => credit?.status === "DONE") ? "CREDITED" : "REJECTED";
}

/** Those that come, or have come. */
export function liveParcels(parcels: readonly ReturnParcel[]): readonly ReturnParcel[] {
  return parcels.filter(({ status }) => status !== "WITHDRAWN");
}

export function hasArrived({ status }: ReturnParcel): boolean {
  return status === "ARRIVED" || status === "INSPECTED";
}

/** What of a parcel the buyer is credited for. */
export function acceptedOf(
  { counted }: Pick<ReturnParcel, "counted">,
  { creditFor }: ReturnTerms,
): readonly CountedGoods[] {
  return counted.filter(
    ({ disposition, quantity }) => creditFor.includes(disposition) && isPositive(quantity.value),
  );
}

/** Whether nothing more happens to it by itself. */
export function isReturnOver(status: ReturnStatus): boolean {
  return status === "CREDITED" || status === "REJECTED" || status === "CANCELLED";
}
