import { invoiceNumberOf } from "../invoice-draft.ts";
import type { OrderShipment, OrderState } from "../order-state.ts";
import type { InvoiceSnapshot, OrderToCashCommand, OrderToCashResult, Stamp } from "./events.ts";
import { withProgress, withShipment } from "./progress.ts";
import { moved, unchanged } from "./result.ts";
import { note, withoutHold } from "./timeline.ts";

/** Each shipment is billed once, under a number of its own. */
export function bill(
  state: OrderState,
  shipment: OrderShipment,
  { at }: Stamp,
): { readonly state: OrderState; readonly command: readonly OrderToCashCommand[] } {
  if (state.number === null) return { state, command: [] };
  const number = invoiceNumberOf(state.number, state.invoices.length + 1);
  const invoice = { number, id: null, status: null, total: null, requestedAt: at, postedAt: null };
  const billed = withShipment(
    { ...state, invoices: [...state.invoices, invoice] },
    { ...shipment, invoiceNumber: number },
  );
  const step = `invoice-${shipment.id}`;
  return {
    state: billed,
    command: [{ kind: "raiseInvoice", step, shipmentId: shipment.id, number }],
  };
}

export function onInvoice(
  state: OrderState,
  snapshot: InvoiceSnapshot,
  event: Stamp,
): OrderToCashResult {
  const before = state.invoices.find((invoice) => invoice.number === snapshot.number);
  // Somebody else's bill, or one that finance raised by hand: not a step of this process.
  if (before === undefined) return unchanged(state);
  if (before.id === snapshot.id && before.status === snapshot.status) return unchanged(state);
  const isPosted = snapshot.status !== "DRAFT" && snapshot.status !== "VOID";
  const after = {
    ...before,
    id: snapshot.id,
    status: snapshot.status,
    total: snapshot.total,
    postedAt: before.postedAt ?? (isPosted ? event.at : null),
  };
  const invoices = state.invoices.map((invoice) => (invoice === before ? after : invoice));
  const holds = withoutHold(state.holds, "raiseInvoice");
  let next: OrderState = withProgress({ ...state, invoices, holds });
  if (before.postedAt === null && isPosted) next = note(next, event, "INVOICED", snapshot.number);
  return moved(state, next);
}
