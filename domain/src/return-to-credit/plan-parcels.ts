import {
  addDecimals,
  isInteger,
  isPositive,
  minDecimal,
  multiplyDecimals,
  subtractDecimals,
  ZERO,
  type Decimal,
} from "../decimal.ts";
import type { OrderNumber, ShipmentId } from "../identifiers.ts";
import type { OrderDraftLine } from "../order.ts";
import type { Quantity } from "../quantity.ts";
import { exactDecimalOf, divideRatios, ratioOf } from "../ratio.ts";
import type { Return, ReturnLine } from "../return.ts";
import { hasShipped, type Shipment, type ShipmentLine } from "../shipment.ts";
import { refusal, type UserError } from "../user-error.ts";
import type { PlannedParcel } from "./events.ts";
import type { ParcelLine, ReturnParcel } from "./parcel.ts";
import { hasArrived, liveParcels } from "./status.ts";

/** One line that is wanted back, as the warehouse counts it. */
export type WantedGoods = {
  readonly line: Pick<ReturnLine, "lineNumber" | "shipmentId" | "lot">;
  /** In base units, whole. */
  readonly pieces: Decimal;
};

export type ParcelPlan =
  | { readonly kind: "planned"; readonly parcels: readonly PlannedParcel[] }
  | { readonly kind: "refused"; readonly userErrors: readonly UserError[] };

/**
 * In what parcels goods come back: one for each shipment that they left with, to the warehouse that sent them. The
 * shipment and the lot that the buyer names, else the oldest shipment first; never more of a shipment's lot than left with
 * it and is not on its way back already.
 * @param shipments those of the order, in any order
 * @param earlier returns of the same order
 */
export function planParcels(
  wanted: readonly WantedGoods[],
  order: { readonly number: OrderNumber; readonly shipments: readonly Shipment[] },
  earlier: readonly Pick<Return, "parcels">[],
): ParcelPlan {
  const places = placesOf(order, earlier);
  const parcels = new Map<ShipmentId, { readonly shipment: Shipment; lines: ParcelLine[] }>();
  const userErrors: UserError[] = [];
  for (const [at, { line, pieces }] of wanted.entries()) {
    let open = pieces;
    for (const place of places.filter((candidate) => isOf(line, candidate))) {
      const taken = minDecimal(open, place.left);
      if (!isPositive(taken)) continue;
      place.left = subtractDecimals(place.left, taken);
      open = subtractDecimals(open, taken);
      const { shipment, shipped } = place;
      const parcel = parcels.get(shipment.id) ?? { shipment, lines: [] };
      const { lineNumber, sku, lot, serials, quantity } = shipped;
      const part: ParcelLine = {
        lineNumber,
        sku,
        quantity: { value: taken, uom: quantity.uom },
        lot,
        // Which of them comes back is seen when it is there.
        serials: taken === quantity.value ? serials : [],
      };
      parcels.set(shipment.id, { ...parcel, lines: [...parcel.lines, part] });
    }
    if (!isPositive(open)) continue;
    const left = subtractDecimals(pieces, open);
    const message = `Of what left for line ${String(line.lineNumber)}${namesOf(line)} ${left} pieces can be returned, not ${pieces}.`;
    userErrors.push(refusal("NOT_RETURNABLE", message, ["lines", String(at), "quantity"]));
  }
  if (userErrors.length > 0) return { kind: "refused", userErrors };
  return {
    kind: "planned",
    parcels: [...parcels.values()].map(({ shipment: { id, warehouse }, lines }) => ({
      shipmentId: id,
      warehouse,
      lines,
    })),
  };
}

/**
 * A quantity of an order's line as the warehouse counts it.
 * @param line of the draft; of an order of the ERP's own nothing is known but the unit
 * @returns `null` where that is no whole number of pieces
 */
export function piecesOf(
  quantity: Quantity,
  line: Pick<OrderDraftLine, "ordered" | "orderedBase">,
): Decimal | null {
  const perUnit = divideRatios(ratioOf(line.orderedBase.value), ratioOf(line.ordered.value));
  const factor = exactDecimalOf(perUnit);
  const pieces = factor === null ? null : multiplyDecimals(quantity.value, factor);
  return pieces !== null && isInteger(pieces) ? pieces : null;
}

type Place = { readonly shipment: Shipment; readonly shipped: ShipmentLine; left: Decimal };

function placesOf(
  { number, shipments }: { readonly number: OrderNumber; readonly shipments: readonly Shipment[] },
  earlier: readonly Pick<Return, "parcels">[],
): Place[] {
  const claimed = earlier.flatMap(({ parcels }) => liveParcels(parcels));
  return [...shipments]
    .filter((shipment) => hasShipped(shipment.status) || shipment.shippedAt !== null)
    .sort((a, b) => ((a.shippedAt ?? a.modifiedAt) < (b.shippedAt ?? b.modifiedAt) ? -1 : 1))
    .flatMap((shipment) => {
      const taken = claimsOf(claimed, shipment.id);
      return shipment.lines
        .filter(({ orderNumber }) => orderNumber === number)
        .map((shipped) => {
          const before = minDecimal(taken(shipped), shipped.quantity.value);
          return { shipment, shipped, left: subtractDecimals(shipped.quantity.value, before) };
        });
    });
}

function claimsOf(claimed: readonly ReturnParcel[], id: ShipmentId) {
  const lines = claimed.filter(({ shipmentId }) => shipmentId === id).flatMap((one) => one.lines);
  return ({ lineNumber, lot }: ShipmentLine): Decimal =>
    addDecimals(
      ZERO,
      ...lines
        .filter((line) => line.lineNumber === lineNumber && line.lot === lot)
        .map(({ quantity }) => quantity.value),
    );
}

function isOf(
  { lineNumber, shipmentId, lot }: WantedGoods["line"],
  { shipment, shipped }: Place,
): boolean {
  return (
    shipped.lineNumber === lineNumber &&
    (shipmentId === undefined || shipment.id === shipmentId) &&
    (lot === undefined || shipped.lot === lot)
  );
}

function namesOf({ shipmentId, lot }: WantedGoods["line"]): string {
  return [
    ...(shipmentId === undefined ? [] : [` with shipment ${shipmentId}`]),
    ...(lot === undefined ? [] : [` of lot ${lot}`]),
  ].join("");
}

/** What earlier returns hold of an order: not what was given up, but what has come back and was not accepted. */
export function claimedLines(
  returns: readonly Pick<Return, "status" | "lines" | "parcels">[],
): readonly ReturnLine[] {
  return returns
    .filter(
      ({ status, parcels }) =>
        (status !== "REJECTED" && status !== "CANCELLED") || parcels.some(hasArrived),
    )
    .flatMap(({ lines }) => lines);
}
