import { isDeepStrictEqual } from "node:util";
import type { OrderChange, OrderHold, OrderShipment, OrderState } from "../order-state.ts";
import { isOut } from "../order-shipment.ts";
import { compareQuantities } from "../quantity.ts";
import { isForward } from "../shipment.ts";
import type { Instant } from "../time.ts";
import { releaseOf, withSourcing } from "./allocation.ts";
import type { LineShortfall, OrderToCashResult, ShipmentSnapshot, Stamp } from "./events.ts";
import { withProgress, withShipment } from "./progress.ts";
import { moved, unchanged } from "./result.ts";
import { newestStep, stepOf, withStep } from "./steps.ts";
import { holdOwner, note, noteMilestones, withoutHold } from "./timeline.ts";

/** The warehouse has taken a release that it was asked for. @param commandId what asked it */
export function onReleased(
  state: OrderState,
  event: Stamp & { readonly release: number; readonly shipments: readonly ShipmentSnapshot[] },
  commandId: string | null,
): OrderToCashResult {
  const step = stepOf(state, "releaseOrder", event.release, "ASKED");
  const holds = withoutHold(state.holds, holdOwner("releaseOrder", event.release));
  const taken =
    step === null
      ? state
      : withStep({ ...state, holds }, step, { status: "DONE", commandId, takenAt: event.at });
  return onShipments(taken, ofRelease(event.shipments, event.release), event);
}

/** Whoever told of the release knows which one its shipments are of. */
export function ofRelease(
  shipments: readonly ShipmentSnapshot[],
  release: number | null,
): readonly ShipmentSnapshot[] {
  return shipments.map((shipment) => ({ ...shipment, release }));
}

/** What a look at a shipment tells whether it moved or not: its release is there, and what will not come with it. */
function withTold(state: OrderState, snapshot: ShipmentSnapshot): OrderState {
  const step = releaseOf(state, snapshot);
  const isSettled = step !== null && step.status !== "REFUSED";
  const owner = holdOwner("releaseOrder", step?.release);
  const holds = isSettled ? withoutHold(state.holds, owner) : state.holds;
  const before = state.shipments.find(({ id }) => id === snapshot.id);
  if (before === undefined) return { ...state, holds };
  const shortfalls = joinShortfalls(before.shortfalls, snapshot.shortfalls);
  const isPackedAnew =
    before.status === snapshot.status &&
    !isOut(before) &&
    !isDeepStrictEqual(shortfalls, before.shortfalls ?? []);
  return withShipment(
    { ...state, holds },
    {
      ...before,
      release: before.release ?? snapshot.release ?? null,
      lines: isPackedAnew ? snapshot.lines : before.lines,
      shortfalls,
    },
  );
}

/** Of each line and reason the most that was told: a late message does not find the goods again. */
function joinShortfalls(
  known: readonly LineShortfall[] = [],
  told: readonly LineShortfall[] = [],
): readonly LineShortfall[] {
  const most = new Map<string, LineShortfall>();
  for (const shortfall of [...known, ...told]) {
    const key = `${String(shortfall.lineNumber)} ${shortfall.reason}`;
    const before = most.get(key);
    if (before === undefined || compareQuantities(before.quantity, shortfall.quantity) < 0) {
      most.set(key, shortfall);
    }
  }
  return [...most].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, each]) => each);
}

export function onShipments(
  state: OrderState,
  snapshots: readonly ShipmentSnapshot[],
  event: Stamp,
): OrderToCashResult {
  let next = snapshots.reduce(withTold, state);
  const changes: OrderChange[] = [];
  const news = snapshots.filter((snapshot) => {
    const before = state.shipments.find(({ id }) => id === snapshot.id);
    return before === undefined || movesOn(before, snapshot, event);
  });
  const hasGoods = news.some(({ status }) => status !== "CANCELLED");
  if (hasGoods && state.shipments.every(({ status }) => status === "CANCELLED")) {
    next = note(next, event, "ALLOCATED", null);
    changes.push("ALLOCATED");
  }
  for (const snapshot of news) {
    const before = next.shipments.find((shipment) => shipment.id === snapshot.id);
    const after: OrderShipment = {
      id: snapshot.id,
      number: snapshot.number,
      status: snapshot.status,
      since: sinceOf(snapshot, event),
      release: before?.release ?? snapshot.release ?? null,
      lines: snapshot.lines,
      shortfalls: before?.shortfalls ?? joinShortfalls([], snapshot.shortfalls),
      invoiceNumber: before?.invoiceNumber ?? null,
    };
    next = withShipment(next, after);
    next = noteMilestones(next, snapshot, event);
    next = { ...next, holds: holdsAfter(next, snapshot, event) };
    if (isOut(after) && (before === undefined || !isOut(before))) changes.push("SHIPPED");
  }
  next = withHolds(withSourcing(withProgress(next)), snapshots);
  if (next.holds.some(isOfCancelled) && !state.holds.some(isOfCancelled)) changes.push("HELD");
  const result = moved(state, next, { changes });
  return isDeepStrictEqual(result.state, state) ? unchanged(state) : result;
}

/**
 * The answer to our own command may be older than what the warehouse has told since: who does not know of an
 * exception cannot clear it, and one that was cleared does not come back.
 */
function movesOn(before: OrderShipment, snapshot: ShipmentSnapshot, event: Stamp): boolean {
  if (!isForward(before.status, snapshot.status)) return false;
  if (snapshot.status === "CANCELLED" || snapshot.status === "DELIVERED") return true;
  const since = sinceOf(snapshot, event);
  const isOlder = since < (before.since ?? since);
  if (snapshot.status === "EXCEPTION") return !isOlder;
  const knows = snapshot.milestones.some(({ type }) => type === "EXCEPTION");
  return before.status !== "EXCEPTION" || knows || !isOlder;
}

/** Since when the shipment has its status. */
function sinceOf({ milestones, status }: ShipmentSnapshot, { at }: Stamp): Instant {
  return milestones.findLast(({ type }) => type === status)?.at ?? at;
}

/** What the warehouse cancels of itself, or for a person, waits for one; what we took back does not. */
function holdsAfter(
  state: OrderState,
  snapshot: ShipmentSnapshot,
  { at: since }: Stamp,
): readonly OrderHold[] {
  const { id, status, number, problem } = snapshot;
  const others = withoutHold(state.holds, `shipment-${id}`);
  if (status === "EXCEPTION") {
    const reason = problem ?? "The warehouse reports a problem with the shipment.";
    return [...others, { code: `shipment-${id}:WAREHOUSE_EXCEPTION`, reason, since }];
  }
  const release = (releaseOf(state, snapshot) ?? newestStep(state, "releaseOrder"))?.status;
  if (status !== "CANCELLED" || release === "UNDOING" || release === "UNDONE") return others;
  const reason = problem ?? `Shipment ${number} was cancelled at the warehouse.`;
  return [...others, { code: cancelledHold(id), reason, since }];
}

function cancelledHold(id: OrderShipment["id"]): string {
  return `shipment-${id}:SHIPMENT_CANCELLED`;
}

function isOfCancelled({ code }: OrderHold): boolean {
  return /^shipment-.+:SHIPMENT_CANCELLED$/.test(code);
}

/**
 * A cancelled shipment is in nobody's way once none of its goods waits. Why it was cancelled may
 * be told after that it was: the command's answer and the warehouse's own message race.
 */
function withHolds(state: OrderState, snapshots: readonly ShipmentSnapshot[]): OrderState {
  const reasons = new Map(snapshots.map(({ id, problem }) => [cancelledHold(id), problem]));
  const holds = withoutServed(state).map((hold) => ({
    ...hold,
    reason: reasons.get(hold.code) ?? hold.reason,
  }));
  return { ...state, holds };
}

/** The holds without those of cancelled shipments whose goods come from elsewhere by now. */
export function withoutServed({ holds, shipments, sourcing }: OrderState): readonly OrderHold[] {
  const waiting = new Set(sourcing.backorders.map(({ lineNumber }) => lineNumber));
  return holds.filter((hold) => {
    if (!isOfCancelled(hold)) return true;
    const its = shipments.find(({ id }) => cancelledHold(id) === hold.code);
    return its === undefined || its.lines.some(({ lineNumber }) => waiting.has(lineNumber));
  });
}
