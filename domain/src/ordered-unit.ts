import type { Decimal } from "./decimal.ts";
import { quantity, type Quantity } from "./quantity.ts";
import type { OrderDraftLine } from "./order.ts";
import {
  divideRatios,
  exactDecimalOf,
  multiplyRatios,
  ratioOf,
  roundRatio,
  type Ratio,
} from "./ratio.ts";

/** Finer than any source keeps a quantity; what is summed up is summed in base units, where nothing is rounded. */
const ORDERED_UNIT_PLACES = 20;

type Line = Pick<OrderDraftLine, "ordered" | "orderedBase">;

/** Exact: four pieces are a third of a box of twelve. @param pieces in base units */
export function countInOrderedUnit({ ordered, orderedBase }: Line, pieces: Decimal): Ratio {
  const perPiece = divideRatios(ratioOf(ordered.value), ratioOf(orderedBase.value));
  return multiplyRatios(ratioOf(pieces), perPiece);
}

/** As a line of an order tells its goods: a third of a box is rounded, after twenty places. @param pieces in base units */
export function inOrderedUnit(line: Line, pieces: Decimal): Quantity {
  const count = countInOrderedUnit(line, pieces);
  return quantity(
    exactDecimalOf(count) ?? roundRatio(count, ORDERED_UNIT_PLACES),
    line.ordered.uom,
  );
}
