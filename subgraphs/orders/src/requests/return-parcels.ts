import {
  addMoney,
  extendPrice,
  piecesOf,
  planParcels,
  refusal,
  zeroMoney,
  type Instant,
  type Money,
  type ParcelPlan,
  type Return,
  type ReturnLine,
  type Shipment,
  type UserError,
  type WantedGoods,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { Context } from "../context.ts";

/** What is known of an order's goods when a return of them is judged: its shipments, as the warehouse told them. */
export type ReturnFacts = { readonly order: OrderRecord; readonly shipments: readonly Shipment[] };

/** Read before the transaction: what has left then has left. */
export async function readReturnFacts(
  order: OrderRecord,
  { deps }: Pick<Context, "deps">,
): Promise<ReturnFacts> {
  const { number } = order;
  const [records = []] =
    number === null ? [] : await deps.shipmentBook.readShipmentsOfOrders([number]);
  return { order, shipments: records.map(({ shipment }) => shipment) };
}

/** In what parcels the lines come back. @param earlier returns of the order, read under their lock */
export function planReturnParcels(
  lines: readonly ReturnLine[],
  { order, shipments }: ReturnFacts,
  earlier: readonly Pick<Return, "parcels">[],
): ParcelPlan {
  const { number } = order;
  const wanted: WantedGoods[] = [];
  const userErrors: UserError[] = [];
  for (const [at, line] of lines.entries()) {
    const pieces = piecesOfLine(line, { order, shipments });
    if (pieces !== null) {
      wanted.push({ line, pieces });
      continue;
    }
    const message = `${line.quantity.value} ${line.quantity.uom} of line ${String(line.lineNumber)} are no whole number of pieces that we know of.`;
    userErrors.push(refusal("NOT_RETURNABLE", message, ["lines", String(at), "quantity"]));
  }
  if (number === null || userErrors.length > 0) return { kind: "refused", userErrors };
  return planParcels(wanted, { number, shipments }, earlier);
}

function piecesOfLine(
  { lineNumber, quantity }: ReturnLine,
  { order, shipments }: ReturnFacts,
): WantedGoods["pieces"] | null {
  const drafted = order.state?.draft.lines.find((line) => line.lineNumber === lineNumber);
  if (drafted !== undefined) return piecesOf(quantity, drafted);
  // An order of the ERP's own: what was ordered by the piece left by the piece.
  const units = shipments
    .flatMap(({ lines }) => lines)
    .filter((line) => line.lineNumber === lineNumber)
    .map((line) => line.quantity.uom);
  return units.includes(quantity.uom)
    ? piecesOf(quantity, { ordered: quantity, orderedBase: quantity })
    : null;
}

/** What the lines cost, without tax; `null` for an order of the ERP's own. */
export function valueOfReturn(
  lines: readonly ReturnLine[],
  { state }: Pick<OrderRecord, "state">,
): Money | null {
  if (state === null) return null;
  const { draft } = state;
  return lines.reduce<Money | null>((total, { lineNumber, quantity }) => {
    const line = draft.lines.find((one) => one.lineNumber === lineNumber);
    if (total === null || line === undefined) return null;
    return addMoney(total, extendPrice(line.unitPrice, quantity.value));
  }, zeroMoney(draft.currency));
}

/** When the last of the shipments was delivered, or left where nobody told of a delivery. */
export function deliveredAt({ shipments }: ReturnFacts): Instant | null {
  return shipments.reduce<Instant | null>((last, shipment) => {
    const at = shipment.deliveredAt ?? shipment.shippedAt;
    return at !== null && (last === null || at > last) ? at : last;
  }, null);
}
