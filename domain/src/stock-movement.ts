import { subtractDecimals, ZERO } from "./decimal.ts";
import type { OrderKey, Sku, WarehouseCode } from "./identifiers.ts";
import { extendPrice, type Money } from "./money.ts";
import { quantity, subtractQuantities, type Quantity } from "./quantity.ts";
import type { LocalDate } from "./time.ts";

/** What people say of stock, for the books. Quantities are in the product's base unit. */
export type StockMovementDraft = MovementDraft &
  (
    | {
        /** There is so much more than the books say, or with a minus so much less; never zero. */
        readonly kind: "difference";
        readonly quantity: Quantity;
      }
    | {
        /** So much lies there, whatever the books say; zero or more. */
        readonly kind: "count";
        readonly quantity: Quantity;
      }
    | {
        /** So much goes from `warehouse` to `to`; more than zero. */
        readonly kind: "transfer";
        readonly quantity: Quantity;
        readonly to: WarehouseCode;
      }
  );

type MovementDraft = {
  /** Ours, random; what is entered into the books is found again by it. */
  readonly key: OrderKey;
  readonly sku: Sku;
  readonly warehouse: WarehouseCode;
  /** `null` for a product without lots. */
  readonly lot: string | null;
  /** For the person who posts it and for the auditor. */
  readonly reason: string;
  /** The day of the decision. */
  readonly on: LocalDate;
};

/** What was entered into the books. */
export type StockMovement = {
  readonly key: OrderKey;
  /** Of what is in `warehouse`; below zero for what leaves it, zero when the books said what was counted. */
  readonly delta: Quantity;
  /**
   * What that is worth at the item's unit cost of today, with its sign; `null` where the books tell no cost, and for a
   * transfer, which moves what it is worth to another place.
   */
  readonly worth: Money | null;
};

/** @param unitCost of one base unit; `null` where the books tell none */
export function worthOf(
  { kind }: Pick<StockMovementDraft, "kind">,
  delta: Quantity,
  unitCost: Money | null,
): Money | null {
  return kind === "transfer" || unitCost === null ? null : extendPrice(unitCost, delta.value);
}

/** @param booked what the books say is there, entries that wait to be posted included */
export function deltaOf(draft: StockMovementDraft, booked: Quantity | null): Quantity {
  if (draft.kind === "difference") return draft.quantity;
  if (draft.kind === "transfer") return negated(draft.quantity);
  if (booked === null) throw new Error("A count was booked without what the books say.");
  return subtractQuantities(draft.quantity, booked);
}

export function negated({ value, uom }: Quantity): Quantity {
  return quantity(subtractDecimals(ZERO, value), uom);
}
