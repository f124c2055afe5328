import { addDecimals, ZERO, type Decimal } from "../decimal.ts";
import type { Return } from "../return.ts";
import { acceptedOf } from "./status.ts";
import type { CountedGoods } from "./parcel.ts";

/** What came back of a line of the order, in base units. */
export type ReturnedPieces = { readonly received: Decimal; readonly accepted: Decimal };

/** Over all parcels that were counted. */
export function piecesReturned(
  { parcels, terms }: Pick<Return, "parcels" | "terms">,
  lineNumber: number,
): ReturnedPieces {
  const counted = parcels.flatMap((parcel) => parcel.counted);
  const accepted = parcels.flatMap((parcel) => acceptedOf(parcel, terms));
  return { received: sum(counted, lineNumber), accepted: sum(accepted, lineNumber) };
}

/** What was found of a line of the order: one entry for each lot and what became of it. */
export function goodsReturned(
  { parcels }: Pick<Return, "parcels">,
  lineNumber: number,
): readonly CountedGoods[] {
  return parcels
    .flatMap(({ counted }) => counted)
    .filter((goods) => goods.lineNumber === lineNumber);
}

function sum(goods: readonly CountedGoods[], lineNumber: number): Decimal {
  const own = goods.filter((one) => one.lineNumber === lineNumber);
  return addDecimals(ZERO, ...own.map(({ quantity }) => quantity.value));
}
