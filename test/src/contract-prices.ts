import {
  addDecimals,
  compareDecimals,
  multiplyDecimals,
  parseDecimal,
  roundDecimal,
  type Decimal,
} from "@crossdock/domain";
import { generateWorld, type World } from "@crossdock/sandbox";
import { SHORT_HISTORY } from "./config-file.ts";

/** The distributor that a stack's sandbox plays, read where it is made: what the API says is held against it. */
export const world: World = generateWorld(SHORT_HISTORY);

const CENTS = 2;

export type PricedLine = {
  readonly sku: string;
  readonly quantity: string;
  readonly uom: string;
  /** The same goods in pieces. */
  readonly pieces: Decimal;
  /** Per `uom`. */
  readonly unitPrice: Decimal;
  readonly lineTotal: Decimal;
};

/** What a line costs by the customer's contract, which is always its lowest price for these items. */
export function contractLine(
  customer: string,
  sku: string,
  quantity: string,
  uom: string,
): PricedLine {
  const item = world.items.find((candidate) => candidate.sku === sku);
  const unit = item?.uoms.find(({ code }) => code === uom);
  const factor = parseDecimal(String(unit?.factor ?? 1));
  const pieces = multiplyDecimals(parseDecimal(quantity), factor);
  const reached = world.priceLines
    .filter((line) => line.sourceNo === customer && line.sku === sku)
    .filter((line) => compareDecimals(parseDecimal(line.minimumQuantity), pieces) <= 0);
  const best = reached.at(-1);
  if (best === undefined) throw new Error(`${customer} has no contract for ${sku}.`);
  const unitPrice = multiplyDecimals(parseDecimal(best.unitPrice), factor);
  const lineTotal = roundDecimal(multiplyDecimals(unitPrice, parseDecimal(quantity)), CENTS);
  return { sku, quantity, uom, pieces, unitPrice, lineTotal };
}

export function totalOf(lines: readonly PricedLine[]): Decimal {
  return addDecimals(...lines.map(({ lineTotal }) => lineTotal));
}
