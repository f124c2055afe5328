import {
  addQuantities,
  compareQuantities,
  isOut,
  zeroQuantity,
  type OrderState,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { BillingCondition, BillingReadiness } from "../generated/resolvers.ts";
import { hasLeft } from "./has-left.ts";

/**
 * What still stands between what was shipped of an order and its bill, from what the order book
 * knows. For an order that was born in the ERP, the ERP's status and quantities are all there is.
 */
export function billingReadinessOf(order: OrderRecord): BillingReadiness {
  const conditions: BillingCondition[] = [
    condition(
      "SHIPMENT_CONFIRMED",
      order.state === null ? hasLeft(order.status) : order.state.shipments.some(isOut),
      "Nothing has left the warehouse yet.",
    ),
    reconciled(order),
    condition("PRICE_CONFIRMED", order.number !== null, "The ERP has not accepted the order yet."),
    freight(order),
    condition(
      "TAX_CALCULATED",
      order.source !== null ||
        (order.state?.invoices ?? []).some(({ postedAt }) => postedAt !== null),
      "The ERP has not told the tax yet.",
    ),
    condition(
      "NO_OPEN_EXCEPTION",
      (order.state?.holds ?? []).length === 0,
      (order.state?.holds ?? []).map(({ reason }) => reason).join(" "),
    ),
  ];
  const now = conditions.map((each) => withWaiting(each, order));
  return { ready: now.every(({ met }) => met), conditions: now };
}

/** What a bill waits for, the order waits for; of several that wait, each is named. */
function withWaiting(known: BillingCondition, { state }: OrderRecord): BillingCondition {
  const waiting = (state?.invoices ?? [])
    .filter(({ requestedAt, id }) => requestedAt === null && id === null)
    .flatMap(({ number, conditions }) =>
      conditions
        .filter(({ code, met }) => code === known.code && !met)
        .map(({ detail, since }) => ({ text: `${number}: ${detail ?? ""}`, since })),
    );
  const [first] = waiting;
  if (first === undefined) return known;
  const detail = waiting.map(({ text }) => text).join(" ");
  return { code: known.code, met: false, detail, since: first.since };
}

/** Where it is not charged, a bill is made of the order's lines, and nothing could be missing on it. */
function freight({ state }: OrderRecord): BillingCondition {
  if (state?.billing?.freight === "BILLED") {
    // Of one bill after the other: what a bill still waits for is told below.
    const isKnown = state.invoices.some(({ freight: charged }) => charged?.known != null);
    return condition("FREIGHT_KNOWN", isKnown, "Freight is known when the goods have left.");
  }
  const detail = "Freight is part of the prices and not billed on its own.";
  return { code: "FREIGHT_KNOWN", met: true, detail, since: null };
}

function condition(
  code: BillingCondition["code"],
  met: boolean,
  otherwise: string,
): BillingCondition {
  return { code, met, detail: met ? null : otherwise, since: null };
}

function reconciled({ state, source }: OrderRecord): BillingCondition {
  const excess = state === null ? excessInErp(source) : excessOf(state);
  const lines = excess.map((lineNumber) => String(lineNumber)).join(", ");
  const detail = `Shipped and ordered quantities do not agree on line ${lines}.`;
  return condition("QUANTITIES_RECONCILED", excess.length === 0, detail);
}

/** Lines of which more was shipped than was ordered, or that were not ordered at all. */
function excessOf({ draft, shipments }: OrderState): readonly number[] {
  const shipped = shipments.filter(isOut).flatMap(({ lines }) => lines);
  const numbers = [...new Set(shipped.map(({ lineNumber }) => lineNumber))].sort((a, b) => a - b);
  return numbers.filter((lineNumber) => {
    const ordered = draft.lines.find((line) => line.lineNumber === lineNumber)?.orderedBase;
    if (ordered === undefined) return true;
    const quantities = shipped
      .filter((line) => line.lineNumber === lineNumber)
      .map(({ quantity }) => quantity);
    const total = addQuantities(zeroQuantity(ordered.uom), ...quantities);
    return compareQuantities(total, ordered) > 0;
  });
}

function excessInErp(source: OrderRecord["source"]): readonly number[] {
  return (source?.order.lines ?? [])
    .filter(({ shipped, ordered }) => compareQuantities(shipped, ordered) > 0)
    .map(({ lineNumber }) => lineNumber);
}
