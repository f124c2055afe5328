import { addDecimals, compareDecimals, type Decimal } from "../../decimal.ts";
import { isOut } from "../../order-shipment.ts";
import type { OrderStatus } from "../../order.ts";
import type { OrderState } from "../../order-state.ts";
import type { OrderToCashResult } from "../../order-to-cash/events.ts";
import { compareQuantities } from "../../quantity.ts";
import type { World } from "./world.ts";

/** @returns what is wrong with the step from `before`, in words; empty when nothing is */
export function faultsOf(
  before: OrderState,
  { state, commands }: OrderToCashResult,
  world: World,
): string[] {
  return [
    ...moreThanBefore(state),
    ...billedTwice(state),
    ...notOnce(state),
    ...backwards(before, state),
    ...forgotten(state, [...commands.map(({ step }) => step), ...world.unanswered()]),
  ];
}

/** Of each line: what was sent was released, and what was billed was sent. */
function moreThanBefore({ lines, draft, shipments }: OrderState): string[] {
  return lines.flatMap(({ lineNumber, shipped, invoiced }) => {
    const line = draft.lines.find((other) => other.lineNumber === lineNumber);
    const sent = addDecimals(
      ...shipments
        .filter(isOut)
        .flatMap((shipment) => shipment.lines)
        .filter((goods) => goods.lineNumber === lineNumber)
        .map(({ quantity }): Decimal => quantity.value),
    );
    const isMore = line !== undefined && compareDecimals(sent, line.orderedBase.value) > 0;
    return [
      ...(isMore ? [`line ${String(lineNumber)}: more was sent than released`] : []),
      ...(compareQuantities(invoiced, shipped) > 0
        ? [`line ${String(lineNumber)}: more was billed than sent`]
        : []),
    ];
  });
}

/** A shipment has one bill, and a bill one shipment. */
function billedTwice({ invoices, shipments }: OrderState): string[] {
  const numbers = shipments.flatMap(({ invoiceNumber }) => invoiceNumber ?? []);
  return [
    ...(new Set(numbers).size < numbers.length ? ["two shipments have one bill"] : []),
    ...(invoices.length > numbers.length ? ["a bill has no shipment"] : []),
    ...(new Set(invoices.map(({ number }) => number)).size < invoices.length
      ? ["two bills have one number"]
      : []),
  ];
}

/** The timeline tells each thing once, in order of time. */
function notOnce({ timeline }: OrderState): string[] {
  const names = timeline.map(({ type, note }) => `${type} ${note ?? ""}`);
  const isSorted = timeline.every(({ at }, nth) => at >= (timeline[nth - 1]?.at ?? at));
  return [
    ...(new Set(names).size < names.length ? ["the timeline tells something twice"] : []),
    ...(isSorted ? [] : ["the timeline is not in order"]),
  ];
}

/** How far goods and money have come: from here on nothing goes back. */
const RANKS: Partial<Record<OrderStatus, number>> = {
  PARTIALLY_SHIPPED: 1,
  SHIPPED: 2,
  DELIVERED: 3,
  INVOICED: 4,
  CANCELLED: 5,
  REJECTED: 5,
};

function backwards(before: OrderState, after: OrderState): string[] {
  const [from = 0, to = 0] = [RANKS[before.status], RANKS[after.status]];
  const isNumberLost = before.number !== null && after.number !== before.number;
  return [
    ...(to < from ? [`${before.status} becomes ${after.status}`] : []),
    ...(isNumberLost ? ["the order's number is another"] : []),
  ];
}

/** A step that waits is on its way. */
function forgotten({ steps }: OrderState, under: readonly string[]): string[] {
  const waiting = steps.filter(({ status }) => status === "ASKED" || status === "UNDOING");
  return waiting.length > under.length
    ? [`${waiting.map(({ kind }) => kind).join(", ")} wait for nothing`]
    : [];
}
