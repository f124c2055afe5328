import type { InvoiceNumber } from "../identifiers.ts";
import type { OrderHold, OrderState } from "../order-state.ts";
import { SHIPMENT_STATUSES, type Milestone } from "../shipment.ts";
import type { ShipmentSnapshot, Stamp } from "./events.ts";

/** Adds what happened, in order of time; what is known is not added twice. */
export function note(
  state: OrderState,
  { at, source }: Stamp,
  type: string,
  text: string | null,
): OrderState {
  const isKnown = state.timeline.some((known) => known.type === type && known.note === text);
  if (isKnown) return state;
  const milestone: Milestone = { type, at, source, note: text };
  const timeline = [...state.timeline, milestone].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );
  return { ...state, timeline };
}

/** What the warehouse did to the shipment, each at its own time, and the status that it came to. */
export function noteMilestones(
  state: OrderState,
  { milestones, status, number }: ShipmentSnapshot,
  { at, source }: Stamp,
): OrderState {
  const steps = milestones.some(({ type }) => type === status)
    ? milestones
    : [...milestones, { type: status, at, source }];
  return steps
    .filter(({ type }) => TOLD_STEPS.has(type))
    .reduce((next, step) => {
      const stamp = { at: step.at, source: step.source ?? source };
      return note(next, stamp, wordOf(step.type), number);
    }, state);
}

/** Releasing is told as ALLOCATED; words of a warehouse's own stay with the shipment. */
const TOLD_STEPS: ReadonlySet<string> = new Set(
  SHIPMENT_STATUSES.filter((status) => status !== "PLANNED" && status !== "RELEASED"),
);

/** An order is not cancelled because a shipment of it is. */
function wordOf(type: string): string {
  return type === "CANCELLED" ? "SHIPMENT_CANCELLED" : type;
}

/**
 * What is in the way of a step now takes the place of what was before.
 * @returns the same list when that is known already
 */
export function withHold(
  holds: readonly OrderHold[],
  owner: string,
  { code, reason, since }: OrderHold,
): readonly OrderHold[] {
  const named = `${owner}:${code}`;
  const isKnown = holds.some((hold) => hold.code === named && hold.reason === reason);
  return isKnown ? holds : [...withoutHold(holds, owner), { code: named, reason, since }];
}

/** @param owner the step or shipment that is in the way: what stands before the colon of the code */
export function withoutHold(holds: readonly OrderHold[], owner: string): readonly OrderHold[] {
  return holds.filter(({ code }) => !code.startsWith(`${owner}:`));
}

/** Whose hold a step's is: each bill and each release is held for itself; the first release goes by the step's own name. */
export function holdOwner(
  step: string,
  release: number | null | undefined,
  invoice?: InvoiceNumber,
): string {
  if (invoice !== undefined) return `${step}-${invoice}`;
  return step !== "releaseOrder" || release == null || release === 1
    ? step
    : `${step}-${String(release)}`;
}
