import { compareDecimals, isPositive, minDecimal } from "../decimal.ts";
import type { Sku, WarehouseCode } from "../identifiers.ts";
import type { AllocationFailure } from "../order-to-cash/allocation-failures.ts";
import { quantity, type Quantity } from "../quantity.ts";
import type { InboundReceipt } from "../receipt.ts";
import { availableToPromise, type StockPosition } from "../stock.ts";
import type { LocalDate } from "../time.ts";
import { dayOfGoods } from "./promise-dates.ts";

/** What a person can do about goods for which no rule finds a warehouse. Quantities are in base units. */
export type AllocationChoice =
  | { readonly kind: "SOURCE_FROM"; readonly warehouse: WarehouseCode; readonly quantity: Quantity }
  /** `until` is the day by which suppliers have announced enough; `null` while they have not. */
  | { readonly kind: "WAIT"; readonly until: LocalDate | null }
  | { readonly kind: "SUBSTITUTE"; readonly sku: Sku; readonly quantity: Quantity }
  | { readonly kind: "CANCEL_LINE" };

/**
 * What can be done about it now, the quickest first: warehouses that have some, the fullest first, other products, waiting, giving
 * it up. Also warehouses are told that the rule was not to ask, because the buyer named another one.
 * @param positions of its product, less what is promised @param inbound of its product
 * @param substitutes that are in stock, with what can be had of them, in the order in which they are offered
 * @param mayCancel whether the order can still be changed
 */
export function allocationChoices(
  { quantity: wanted, warehouse: refusing }: AllocationFailure,
  facts: {
    readonly sku: Sku;
    readonly positions: readonly StockPosition[];
    readonly inbound: readonly InboundReceipt[];
    readonly substitutes: readonly { readonly sku: Sku; readonly available: Quantity }[];
    readonly mayCancel: boolean;
  },
): readonly AllocationChoice[] {
  const { sku, positions, inbound, substitutes, mayCancel } = facts;
  const sources = positions
    .map((position) => ({
      warehouse: position.warehouse,
      value: minDecimal(availableToPromise(position).value, wanted.value),
    }))
    .filter(({ warehouse, value }) => warehouse !== refusing && isPositive(value))
    .sort(
      (left, right) =>
        compareDecimals(right.value, left.value) || (left.warehouse < right.warehouse ? -1 : 1),
    );
  return [
    ...sources.map(({ warehouse, value }) => ({
      kind: "SOURCE_FROM" as const,
      warehouse,
      quantity: quantity(value, wanted.uom),
    })),
    ...substitutes.map((each) => ({
      kind: "SUBSTITUTE" as const,
      sku: each.sku,
      quantity: each.available,
    })),
    { kind: "WAIT", until: dayOfGoods(sku, wanted.value, inbound) },
    ...(mayCancel ? [{ kind: "CANCEL_LINE" as const }] : []),
  ];
}
