import { addDecimals, type Decimal } from "../../decimal.ts";
import type { InvoiceNumber } from "../../identifiers.ts";
import { isOver } from "../../order-status.ts";
import type { OrderState } from "../../order-state.ts";
import type { History } from "./history.ts";
import { SOUTH } from "./sources-of.ts";

/**
 * What has to be the same however a truth came to be known: how far the order, its goods and its bills are, what stands
 * in its way, what its client heard. Left out is what tells of the way itself: numbers of bills go by the shipment
 * that was seen first, numbers of releases by how many there had to be, of a request there may be nothing left where
 * it came too late, and of an order that is over it does not matter how far it had come.
 */
export function endOf({ state, outcome }: History) {
  const { status, number, lines, holds, request, steps, draft, sourcing } = state;
  const names = namesOf(state);
  const isGone = isOver(state);
  return {
    status,
    number: isGone ? null : number,
    outcome,
    request,
    ordered: draft.lines.map(({ orderedBase }) => orderedBase.value),
    requestedDeliveryOn: draft.requestedDeliveryOn,
    lines: lines.map(({ allocated, shipped, invoiced }) => [allocated, shipped, invoiced]),
    waits: isGone
      ? []
      : sourcing.backorders.map(({ lineNumber, quantity }) => [lineNumber, quantity.value]),
    planned: isGone ? [] : sourcing.planned,
    holds: holds
      .map(({ code, reason }) => `${names(code)} ${names(reason)}`)
      .filter(isOfPlan)
      .sort(),
    steps: steps
      .filter((step) => step.status !== "UNDONE" && step.warehouse !== SOUTH)
      .map((step) => [step.kind, step.warehouse, step.status, step.lines])
      .sort(),
    shipments: liveShipments(state).filter(({ id }) => isOfPlan(id)),
    timeline: timelineOf(state, names),
  };
}

/** What turned up later goes out in as many parcels as there were looks at the stock. */
function isOfPlan(name: string): boolean {
  return !name.includes(SOUTH);
}

/** Bills and releases by what they are of. */
function namesOf({ shipments, steps }: OrderState): (text: string) => string {
  const bills = new Map<string, string>(
    shipments.map(({ id, invoiceNumber }) => [String(invoiceNumber), `bill of ${id}`]),
  );
  const releases = new Map(
    steps.map(({ release, warehouse }) => [release, `release from ${warehouse ?? ""}`]),
  );
  return (text) =>
    text
      .replace(/SO-\d{7}-\d+/, (number) => bills.get(number) ?? number)
      .replace(/^releaseOrder(?:-(\d+))?/, (name, release?: string) => {
        return releases.get(Number(release ?? 1)) ?? name;
      });
}

function liveShipments({ shipments, invoices }: OrderState) {
  const bills = new Map(invoices.map((invoice) => [invoice.number, invoice]));
  const stateOf = (number: InvoiceNumber | null) => {
    const bill = number === null ? undefined : bills.get(number);
    const unmet = bill?.conditions.filter(({ met }) => !met).map(({ code }) => code);
    const settlement = bill?.tax?.trueUp?.settlement;
    const isSettled = settlement === undefined ? null : settlement.documentNumber !== null;
    return [bill?.status ?? unmet ?? null, bill?.tax?.trueUp?.due?.total ?? null, isSettled];
  };
  return shipments
    .filter(({ status }) => status !== "CANCELLED")
    .map(({ id, status, lines, invoiceNumber }) => ({
      id: String(id),
      status,
      pieces: addDecimals(...lines.map(({ quantity }): Decimal => quantity.value)),
      bill: stateOf(invoiceNumber),
    }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
}

const OF_THE_WAY: ReadonlySet<string> = new Set([
  "CANCEL_REQUESTED",
  "AMEND_REQUESTED",
  "SHIPMENT_CANCELLED",
  "SOURCED_BY_HAND",
]);
/** Of an order that ends without anything, these tell how far it came first. */
const OF_WHAT_IS_UNDONE: ReadonlySet<string> = new Set(["CONFIRMED", "ALLOCATED", "HOLD_RELEASED"]);

function timelineOf({ timeline, status }: OrderState, names: (text: string) => string): string[] {
  return timeline
    .filter(({ type }) => !OF_THE_WAY.has(type))
    .filter(({ type }) => status !== "CANCELLED" || !OF_WHAT_IS_UNDONE.has(type))
    .map(({ type, note }) => `${type} ${names(note ?? "")}`)
    .filter(isOfPlan)
    .sort();
}
