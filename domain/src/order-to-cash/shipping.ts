import { isDeepStrictEqual } from "node:util";
import type { OrderChange, OrderHold, OrderShipment, OrderState } from "../order-state.ts";
import { hasShipped, isForward } from "../shipment.ts";
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
    next = { ...next, holds: holdsAfter(next.holds, snapshot, event) };
    if (hasShipped(after.status) && !hasShipped(before?.status ?? "PLANNED"))
      changes.push("SHIPPED");
    if (hasShipped(after.status) && after.invoiceNumber === null) {
      const { state: billed, command } = bill(next, after, event);
      next = billed;
      commands.push(...command);
    }
  }
  const result = moved(state, withProgress(next), { commands, changes });
  return isDeepStrictEqual(result.state, state) ? unchanged(state) : result;
}

function holdsAfter(
  holds: readonly OrderHold[],
  { id, status, problem }: ShipmentSnapshot,
  { at }: Stamp,
): readonly OrderHold[] {
  const others = withoutHold(holds, `shipment-${id}`);
  if (status !== "EXCEPTION") return others;
  const reason = problem ?? "The warehouse reports a problem with the shipment.";
  return [...others, { code: `shipment-${id}:WAREHOUSE_EXCEPTION`, reason, since: at }];
}
