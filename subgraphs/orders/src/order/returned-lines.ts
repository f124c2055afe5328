import {
  addQuantities,
  inOrderedUnit,
  piecesReturned,
  quantity,
  zeroQuantity,
  type Decimal,
  type Quantity,
  type Return,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";

/**
 * What came back of a line, in the unit that was ordered. Of an order of the ERP's own we do not know how many pieces
 * are in a unit: returns of it are only taken in pieces.
 * @param uom the unit that was ordered
 */
export function piecesAsOrdered(
  order: Pick<OrderRecord, "state"> | null,
  lineNumber: number,
  pieces: Decimal,
  uom: Quantity["uom"],
): Quantity {
  const line = order?.state?.draft.lines.find((one) => one.lineNumber === lineNumber);
  return line === undefined ? quantity(pieces, uom) : inOrderedUnit(line, pieces);
}

/** What the warehouse has counted of a line, over all returns of its order. */
export function returnedOf(
  order: Pick<OrderRecord, "state">,
  returns: readonly Return[],
  lineNumber: number,
  uom: Quantity["uom"],
): Quantity {
  const each = returns.map((one) =>
    piecesAsOrdered(order, lineNumber, piecesReturned(one, lineNumber).received, uom),
  );
  return addQuantities(zeroQuantity(uom), ...each);
}
