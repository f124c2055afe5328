import { compareDecimals, isPositive, minDecimal, subtractDecimals } from "../decimal.ts";
import type { CountedGoods, ParcelLine, ReportedGoods, UnexpectedGoods } from "./parcel.ts";

/**
 * Files what the warehouse found under the lines of the order: goods of a lot under the line that they were sent
 * with, goods without a lot under any line of their item. Never more than should be in the parcel.
 * @returns what is there beside that in `unexpected`
 */
export function countGoods(
  lines: readonly ParcelLine[],
  found: readonly ReportedGoods[],
): { readonly counted: readonly CountedGoods[]; readonly unexpected: readonly UnexpectedGoods[] } {
  const left = lines.map((line) => ({ line, quantity: line.quantity.value }));
  const counted: CountedGoods[] = [];
  const unexpected: UnexpectedGoods[] = [];
  for (const goods of inFixedOrder(found)) {
    let open = goods.quantity.value;
    for (const place of left.filter(({ line }) => isOf(goods, line))) {
      const taken = minDecimal(open, place.quantity);
      if (!isPositive(taken)) continue;
      place.quantity = subtractDecimals(place.quantity, taken);
      open = subtractDecimals(open, taken);
      const { sku, lot, disposition } = goods;
      const quantity = { value: taken, uom: goods.quantity.uom };
      counted.push({ lineNumber: place.line.lineNumber, sku, quantity, lot, disposition });
    }
    if (!isPositive(open)) continue;
    const { sku, lot } = goods;
    const quantity = { value: open, uom: goods.quantity.uom };
    unexpected.push({ sku, quantity, lot, why: whyUnexpected(goods, lines) });
  }
  return { counted, unexpected };
}

/** What names its lot chooses first, and what is as good as new before what is not; a repeated report counts the same. */
function inFixedOrder(found: readonly ReportedGoods[]): readonly ReportedGoods[] {
  const rank = ({ lot, disposition }: ReportedGoods) =>
    `${lot === null ? "1" : "0"}${String(ORDER[disposition])}`;
  return [...found].sort((a, b) => {
    if (a.sku !== b.sku) return a.sku < b.sku ? -1 : 1;
    if (rank(a) !== rank(b)) return rank(a) < rank(b) ? -1 : 1;
    if (a.lot !== b.lot) return (a.lot ?? "") < (b.lot ?? "") ? -1 : 1;
    return compareDecimals(a.quantity.value, b.quantity.value);
  });
}

const ORDER = { RESTOCK: 0, QUARANTINE: 1, SCRAP: 2 } as const;

function isOf({ sku, lot }: ReportedGoods, line: ParcelLine): boolean {
  return line.sku === sku && (lot === null || line.lot === null || line.lot === lot);
}

function whyUnexpected(goods: ReportedGoods, lines: readonly ParcelLine[]): UnexpectedGoods["why"] {
  if (lines.every(({ sku }) => sku !== goods.sku)) return "WRONG_ITEM";
  return lines.some((line) => isOf(goods, line)) ? "TOO_MANY" : "WRONG_LOT";
}
