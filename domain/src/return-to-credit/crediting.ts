import { withoutHold } from "../order-to-cash/timeline.ts";
import { printMoney } from "../money.ts";
import type { Stamp } from "../order-to-cash/events.ts";
import type { Return } from "../return.ts";
import type { ReturnToCreditResult } from "./events.ts";
import { stepOwner } from "./failed-steps.ts";
import type { IssuedMemo } from "./parcel.ts";
import { moved, noted, parcelOf, unchanged, withParcel } from "./result.ts";

/** Finance has issued the credit of a parcel. */
export function onCredited(
  state: Return,
  event: Stamp & { readonly parcel: number; readonly memo: IssuedMemo },
): ReturnToCreditResult {
  const parcel = parcelOf(state, event.parcel);
  if (parcel?.credit?.status !== "ASKED") return unchanged(state);
  const { memo } = event;
  const credited = withParcel(state, {
    ...parcel,
    credit: { ...parcel.credit, status: "DONE", memo },
  });
  const holds = withoutHold(state.holds, stepOwner("creditReturn", event.parcel));
  const text = `${memo.number}: ${printMoney(memo.total)}`;
  return moved(state, noted({ ...credited, holds }, event, "CREDITED", text));
}

/** What the customer had paid already is paid back. */
export function onRefunded(
  state: Return,
  event: Stamp & { readonly parcel: number },
): ReturnToCreditResult {
  const parcel = parcelOf(state, event.parcel);
  const credit = parcel?.credit ?? null;
  if (parcel === null || credit?.refund?.status !== "ASKED") return unchanged(state);
  const refund = { ...credit.refund, status: "DONE" } as const;
  const refunded = withParcel(state, { ...parcel, credit: { ...credit, refund } });
  const holds = withoutHold(state.holds, stepOwner("refundCredit", event.parcel));
  const text = credit.memo?.number ?? null;
  return moved(state, noted({ ...refunded, holds }, event, "REFUNDED", text), {
    changes: ["REFUNDED"],
  });
}
