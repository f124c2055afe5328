import type {
  OrderDraft,
  OrderDraftLine,
  OrderStatus,
  SourceOrder,
  SourceOrderLine,
} from "./order.ts";
import type { OrderChange } from "./order-state.ts";
import { addDecimals, compareDecimals, ZERO } from "./decimal.ts";
import type { Address } from "./address.ts";

/** An order of the ERP's own as it reads at one look. */
export type SeenOrder = { readonly document: SourceOrder; readonly status: OrderStatus };

/**
 * What those who follow an order that was entered in the ERP are told of one more look at it, in the order
 * in which it happened; empty when the look shows nothing new.
 * @param before `null` when it is seen for the first time
 */
export function sourceOrderChanges(before: SeenOrder | null, seen: SeenOrder): OrderChange[] {
  const came = CHANGE_OF_STATUS[seen.status];
  if (before === null) return came === "SUBMITTED" ? [came] : ["SUBMITTED", came];
  const changes: OrderChange[] = haveTermsChanged(before.document, seen.document)
    ? ["AMENDED"]
    : [];
  if (before.status !== seen.status) {
    if (before.status === "ON_HOLD") changes.push("RELEASED");
    changes.push(came);
  } else if (came === "SHIPPED" && compareDecimals(shipped(seen), shipped(before)) > 0) {
    changes.push(came);
  }
  return changes;
}

/**
 * Whether somebody changed in the ERP what an order of ours asks for: its document reads differently than
 * before, and not because of us.
 * @param draft what we made of it last
 */
export function wasChangedAtSource(
  before: SourceOrder | null,
  seen: SourceOrder,
  draft: Pick<OrderDraft, "lines">,
): boolean {
  return before !== null && haveTermsChanged(before, seen) && !asksForSame(draft.lines, seen.lines);
}

/** What a subscriber calls the way into each status. */
const CHANGE_OF_STATUS: Readonly<Record<OrderStatus, OrderChange>> = {
  SUBMITTED: "SUBMITTED",
  ON_HOLD: "HELD",
  CONFIRMED: "CONFIRMED",
  ALLOCATED: "ALLOCATED",
  BACKORDERED: "BACKORDERED",
  PICKING: "PICKING",
  PARTIALLY_SHIPPED: "SHIPPED",
  SHIPPED: "SHIPPED",
  DELIVERED: "DELIVERED",
  INVOICED: "INVOICED",
  CLOSED: "INVOICED",
  CANCELLED: "CANCELLED",
  REJECTED: "REJECTED",
};

function haveTermsChanged(before: SourceOrder, seen: SourceOrder): boolean {
  return (
    before.customerReference !== seen.customerReference ||
    before.requestedDeliveryOn !== seen.requestedDeliveryOn ||
    before.warehouse !== seen.warehouse ||
    addressText(before.shipTo) !== addressText(seen.shipTo) ||
    !asksForSame(before.lines, seen.lines) ||
    before.lines.some((line, at) => !isSamePrice(line, seen.lines[at]))
  );
}

type AskingLine = Pick<OrderDraftLine | SourceOrderLine, "sku" | "ordered">;

function asksForSame(left: readonly AskingLine[], right: readonly AskingLine[]): boolean {
  return (
    left.length === right.length &&
    left.every(({ sku, ordered }, at) => {
      const other = right[at];
      return (
        other?.sku === sku &&
        other.ordered.uom === ordered.uom &&
        compareDecimals(other.ordered.value, ordered.value) === 0
      );
    })
  );
}

function isSamePrice({ unitPrice }: SourceOrderLine, other: SourceOrderLine | undefined): boolean {
  return (
    other?.unitPrice.currency === unitPrice.currency &&
    compareDecimals(other.unitPrice.amount, unitPrice.amount) === 0
  );
}

function addressText(address: Address | null): string {
  if (address === null) return "";
  const { name, lines, city, region, postalCode, country } = address;
  return JSON.stringify([name, lines, city, region, postalCode, country]);
}

function shipped({ document }: SeenOrder) {
  return addDecimals(ZERO, ...document.lines.map((line) => line.shipped.value));
}
