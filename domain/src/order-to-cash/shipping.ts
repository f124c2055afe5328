import { isDeepStrictEqual } from "node:util";
import type { OrderChange, OrderHold, OrderShipment, OrderState } from "../order-state.ts";
import { isOut } from "../order-shipment.ts";
import { isFull } from "../order-status.ts";
import { isForward } from "../shipment.ts";
import { bill } from "./billing.ts";
import type { OrderToCashCommand, OrderToCashResult, ShipmentSnapshot, Stamp } from "./events.ts";
import { withProgress, withShipment } from "./progress.ts";
import { moved, unchanged } from "./result.ts";
import { newestStep, withStep } from "./steps.ts";
import { note, noteMilestones, withoutHold } from "./timeline.ts";

/** The warehouse has taken the release that it was asked for. @param commandId what asked it */
export function onReleased(
  state: OrderState,
  snapshots: readonly ShipmentSnapshot[],
  event: Stamp,
  commandId: string | null,
): OrderToCashResult {
  const step = newestStep(state, "releaseOrder");
  const taken =
    step?.status === "ASKED" ? withStep(state, step, { status: "DONE", commandId }) : state;
  return onShipments(taken, snapshots, event);
}

export function onShipments(
  state: OrderState,
  snapshots: readonly ShipmentSnapshot[],
  event: Stamp,
): OrderToCashResult {
  let next: OrderState = { ...state, holds: withoutHold(state.holds, "releaseOrder") };
  const commands: OrderToCashCommand[] = [];
  const changes: OrderChange[] = [];
  const news = snapshots.filter(({ id, status }) => {
    const before = state.shipments.find((shipment) => shipment.id === id);
    return before === undefined || isForward(before.status, status);
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
      lines: snapshot.lines,
      invoiceNumber: before?.invoiceNumber ?? null,
    };
    next = withShipment(next, after);
    next = noteMilestones(next, snapshot, event);
    next = { ...next, holds: holdsAfter(next, snapshot, event) };
    if (isOut(after) && (before === undefined || !isOut(before))) changes.push("SHIPPED");
    if (isOut(after) && after.invoiceNumber === null) {
      const { state: billed, command } = bill(next, after, event);
      next = billed;
      commands.push(...command);
    }
  }
  next = withHolds(withProgress(next), snapshots);
  if (next.holds.some(isOfCancelled) && !state.holds.some(isOfCancelled)) changes.push("HELD");
  const result = moved(state, next, { commands, changes });
  return isDeepStrictEqual(result.state, state) ? unchanged(state) : result;
}

/** What the warehouse cancels of itself, or for a person, waits for one; what we took back does not. */
function holdsAfter(
  state: OrderState,
  { id, status, number, problem }: ShipmentSnapshot,
  { at: since }: Stamp,
): readonly OrderHold[] {
  const others = withoutHold(state.holds, `shipment-${id}`);
  if (status === "EXCEPTION") {
    const reason = problem ?? "The warehouse reports a problem with the shipment.";
    return [...others, { code: `shipment-${id}:WAREHOUSE_EXCEPTION`, reason, since }];
  }
  const release = newestStep(state, "releaseOrder")?.status;
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
 * A cancelled shipment is in nobody's way once all goods are allocated without it. Why it was cancelled may
 * be told after that it was: the command's answer and the warehouse's own message race.
 */
function withHolds(state: OrderState, snapshots: readonly ShipmentSnapshot[]): OrderState {
  if (isFull(state, "allocated")) {
    return { ...state, holds: state.holds.filter((hold) => !isOfCancelled(hold)) };
  }
  const reasons = new Map(snapshots.map(({ id, problem }) => [cancelledHold(id), problem]));
  const holds = state.holds.map((hold) => ({
    ...hold,
    reason: reasons.get(hold.code) ?? hold.reason,
  }));
  return { ...state, holds };
}
