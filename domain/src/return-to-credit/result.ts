import type { Stamp } from "../order-to-cash/events.ts";
import type { Return } from "../return.ts";
import type { ReturnChange, ReturnToCreditResult } from "./events.ts";
import type { ReturnParcel } from "./parcel.ts";
import { returnStatusOf } from "./status.ts";

/** Nothing new: nothing is asked for and nobody is told. */
export function unchanged(state: Return): ReturnToCreditResult {
  return { state, commands: [], changes: [], compensated: [] };
}

/** Puts the status in place and tells what was reached. */
export function moved(
  before: Return,
  after: Return,
  more: Partial<Omit<ReturnToCreditResult, "state">> = {},
): ReturnToCreditResult {
  const status = returnStatusOf(after);
  const reached: readonly ReturnChange[] =
    status !== before.status && status !== "REQUESTED" ? [status] : [];
  return {
    ...unchanged({ ...after, status }),
    ...more,
    changes: [...(more.changes ?? []), ...reached],
  };
}

/** One result after the other, as if they were one. */
export function joined(
  first: ReturnToCreditResult,
  second: ReturnToCreditResult,
): ReturnToCreditResult {
  return {
    state: second.state,
    commands: [...first.commands, ...second.commands],
    changes: [...first.changes, ...second.changes],
    compensated: [...first.compensated, ...second.compensated],
  };
}

export function parcelOf({ parcels }: Return, number: number): ReturnParcel | null {
  return parcels.find((parcel) => parcel.number === number) ?? null;
}

export function withParcel(state: Return, parcel: ReturnParcel): Return {
  const parcels = state.parcels.map((other) => (other.number === parcel.number ? parcel : other));
  return { ...state, parcels };
}

/** Adds what happened, in order of time; what is known is not added twice. */
export function noted(
  state: Return,
  { at, source }: Stamp,
  type: string,
  text: string | null,
): Return {
  if (state.timeline.some((known) => known.type === type && known.note === text)) return state;
  const timeline = [...state.timeline, { type, at, source, note: text }].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );
  return { ...state, timeline };
}
