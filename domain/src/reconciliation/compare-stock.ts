import { isZero, maxDecimal, ZERO } from "../decimal.ts";
import type { Sku, WarehouseCode } from "../identifiers.ts";
import {
  addQuantities,
  compareQuantities,
  subtractQuantities,
  type Quantity,
} from "../quantity.ts";
import { stockSubject } from "../subject.ts";
import { OUR_BOOKS, type Difference } from "./difference.ts";

/** One product in one warehouse, as everybody has it at one moment. Quantities are in its base unit. */
export type ComparedStock = {
  readonly sku: Sku;
  readonly warehouse: WarehouseCode;
  /** Posted in the ERP. */
  readonly booked: Quantity;
  /** In the ERP's journals until a person posts them, signed; `null` when it cannot be told in the base unit. */
  readonly waiting: Quantity | null;
  /** Left the building and is not posted in the ERP yet; less than zero where the ERP has posted more. */
  readonly leaving: Quantity;
  /** Went onto the shelf and is not posted in the ERP yet. */
  readonly arriving: Quantity;
  /** As the warehouse has it. */
  readonly onHand: Quantity;
  /** As our stock book has it, when that is old enough to have caught up; `null`: it is not compared. */
  readonly told: Quantity | null;
};

/** @param sources as `crossdock.yaml` names them @returns `null` when all agree, or nobody can tell */
export function compareStock(
  stock: ComparedStock,
  sources: { readonly erp: string; readonly wms: string },
): Difference | null {
  const { sku, warehouse, booked, waiting, leaving, arriving, onHand, told } = stock;
  const common = {
    key: `${sku}@${warehouse}`,
    about: stockSubject(sku),
    part: warehouse,
    field: "onHand",
    proposal: null,
  } as const;
  if (waiting !== null) {
    const expected = subtractQuantities(addQuantities(booked, waiting, arriving), leaving);
    if (compareQuantities(expected, onHand) !== 0) {
      return {
        ...common,
        kind: kindOf(expected, onHand),
        code: "STOCK_MISMATCH",
        left: textOf(expected),
        leftSource: sources.erp,
        right: textOf(onHand),
        rightSource: sources.wms,
        summary:
          `${sku} in ${warehouse}: the ERP's books come to ${textOf(expected)} (${textOf(booked)} posted` +
          `${part(waiting, "in its journals")}${part(arriving, "received and not posted")}${part(leaving, "left and not posted")}), ` +
          `the warehouse has ${textOf(onHand)}.`,
        repair: null,
        // A count is of what the books will say once all that left is posted.
        proposal: {
          sku,
          warehouse,
          countedQuantity: maxDecimal(
            addQuantities(subtractQuantities(onHand, arriving), leaving).value,
            ZERO,
          ),
        },
      };
    }
  }
  if (told === null || compareQuantities(told, onHand) === 0) return null;
  return {
    ...common,
    kind: "WRONG_QUANTITY",
    code: "STOCK_BOOK_STALE",
    left: textOf(onHand),
    leftSource: sources.wms,
    right: textOf(told),
    rightSource: OUR_BOOKS,
    summary: `${sku} in ${warehouse}: the warehouse has ${textOf(onHand)}, our stock book ${textOf(told)}.`,
    repair: { kind: "readStock", sourceId: sku },
  };
}

function kindOf(expected: Quantity, onHand: Quantity): Difference["kind"] {
  if (isZero(onHand.value)) return "MISSING";
  return isZero(expected.value) ? "EXTRA" : "WRONG_QUANTITY";
}

function part(amount: Quantity, words: string): string {
  return isZero(amount.value) ? "" : `, ${textOf(amount)} ${words}`;
}

function textOf({ value, uom }: Quantity): string {
  return `${value} ${uom}`;
}
