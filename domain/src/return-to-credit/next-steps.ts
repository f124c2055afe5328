import { isPositive, subtractDecimals } from "../decimal.ts";
import type { Stamp } from "../order-to-cash/events.ts";
import type { Return } from "../return.ts";
import type { ReturnToCreditCommand, ReturnToCreditResult } from "./events.ts";
import { GOODS_ARE_BACK } from "./failed-steps.ts";
import type { ReturnParcel } from "./parcel.ts";
import { moved, noted, unchanged, withParcel } from "./result.ts";
import { acceptedOf, hasArrived, liveParcels } from "./status.ts";

/** The next thing to do for each parcel. Called after every event; what is under way is not asked for again. */
export function goOn(state: Return, event: Stamp): ReturnToCreditResult {
  let next = withoutVainEnding(state, event);
  const commands: ReturnToCreditCommand[] = [];
  for (const parcel of next.parcels) {
    const asked = nextOf(parcel, next);
    if (asked === null) continue;
    next = withParcel(next, asked.parcel);
    commands.push(...asked.commands);
  }
  const { ending, parcels } = next;
  if (ending !== null && liveParcels(parcels).length === 0) {
    next = noted(next, event, ending.kind === "cancel" ? "CANCELLED" : "REJECTED", ending.reason);
  }
  return next === state ? unchanged(state) : moved(state, next, { commands });
}

/** Goods that are back are looked at, whoever wanted them not to come. */
function withoutVainEnding(state: Return, event: Stamp): Return {
  if (state.ending === null || !state.parcels.some(hasArrived)) return state;
  return noted({ ...state, ending: null }, event, "NOT_ENDED", GOODS_ARE_BACK);
}

type Asked = {
  readonly parcel: ReturnParcel;
  readonly commands: readonly ReturnToCreditCommand[];
};

function nextOf(parcel: ReturnParcel, state: Return): Asked | null {
  const { status } = parcel;
  if (state.ending !== null) {
    // What is on its way to the warehouse ends first: only then is known what there is to undo.
    if (status !== "AWAITED") return null;
    const intent = `withdraw-${String(parcel.number)}:${state.ending.requestedAt}`;
    return {
      parcel: { ...parcel, status: "WITHDRAWING" },
      commands: [command("withdrawReturn", parcel, intent)],
    };
  }
  if (status === "PLANNED") {
    return {
      parcel: { ...parcel, status: "ASKED" },
      commands: [command("announceReturn", parcel, `announce-${String(parcel.number)}`)],
    };
  }
  return status === "INSPECTED" ? afterInspection(parcel, state) : null;
}

/** A review holds up nobody's credit: what was sent back as agreed is credited meanwhile. */
function afterInspection(before: ReturnParcel, { terms }: Return): Asked | null {
  let parcel = before;
  const commands: ReturnToCreditCommand[] = [];
  if (parcel.unexpected.length > 0 && parcel.review === null) {
    parcel = { ...parcel, review: "ASKED" };
    commands.push(command("reviewReturn", parcel, `review-${String(parcel.number)}`));
  }
  if (acceptedOf(parcel, terms).length > 0 && parcel.credit === null) {
    parcel = { ...parcel, credit: { status: "ASKED", memo: null, refund: null } };
    commands.push(command("creditReturn", parcel, `credit-${String(parcel.number)}`));
  }
  const { credit } = parcel;
  const memo = credit?.memo ?? null;
  if (terms.refund && credit?.status === "DONE" && credit.refund === null && memo !== null) {
    const amount = subtractDecimals(memo.total.amount, memo.applied.amount);
    if (isPositive(amount)) {
      parcel = { ...parcel, credit: { ...credit, refund: { status: "ASKED", amount } } };
      const intent = `refund-${String(parcel.number)}`;
      commands.push({ ...command("refundCredit", parcel, intent), amount });
    }
  }
  return parcel === before ? null : { parcel, commands };
}

function command(
  kind: ReturnToCreditCommand["kind"],
  { number }: ReturnParcel,
  intent: string,
): ReturnToCreditCommand {
  return { kind, parcel: number, intent, amount: null };
}
