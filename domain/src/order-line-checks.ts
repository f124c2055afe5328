import type { PriceTolerance } from "./acceptance/acceptance-policy.ts";
import type { AcceptanceNotice } from "./acceptance/order-acceptance.ts";
import { isNearEnough } from "./acceptance/price-tolerance.ts";
import { compareDecimals, isInteger, isPositive, type Decimal } from "./decimal.ts";
import type { CheckedLine, OrderLineQuestion, OrderQuestion } from "./order-checks.ts";
import type { Sku } from "./identifiers.ts";
import { extendPrice } from "./money.ts";
import { priceFor, type Price } from "./price.ts";
import { toBaseUom, type Product } from "./product.ts";
import { quantity, zeroQuantity, type Quantity, type UomCode } from "./quantity.ts";
import { NO_SUBSTITUTES, substitutePrice, substitutesOf } from "./sourcing/substitutes.ts";
import { refusal, type UserError } from "./user-error.ts";

/** More pieces than this in one line is a slip of the keyboard, and more than an ERP's field holds. */
export const MAX_LINE_QUANTITY = "1000000000" as Decimal;
/** The unit of a line whose product nobody knows and whose buyer named none: UN/ECE "each". */
const EACH = "EA" as UomCode;

/** A line before a warehouse was chosen for it. */
export type PricedLine = {
  readonly line: Omit<CheckedLine, "availableToPromise" | "backorder">;
  readonly errors: readonly UserError[];
  /** Left out where there are none. */
  readonly notices?: readonly AcceptanceNotice[];
};

/** Product, unit, quantity and price of the line at `index`; finds all that is wrong with it. */
export function checkLine(
  asked: OrderLineQuestion,
  index: number,
  question: OrderQuestion,
): PricedLine {
  const { product, inBase, errors: wrongGoods } = checkGoods(asked, index, question.products);
  if (product === null) return unknownLine(asked, index);
  const uom = asked.uom ?? product.baseUom;
  const ordered = quantity(asked.quantity, uom);
  const bare = { sku: asked.sku, product, ordered, price: null, lineTotal: null };
  if (inBase === null) {
    const nothing = zeroQuantity(product.baseUom);
    return { line: { ...bare, quantity: nothing }, errors: wrongGoods };
  }
  const { customer, on, priceLines, priceTolerance } = question;
  if (customer === null) return { line: { ...bare, quantity: inBase }, errors: [] };
  if (asked.substituteFor != null) {
    return checkSubstitute(
      asked.substituteFor,
      { ...bare, product, quantity: inBase },
      index,
      question,
    );
  }
  const { quantity: value } = asked;
  const price = priceFor({ product, customer, quantity: value, uom, on, lines: priceLines });
  // What has no price in the account's currency is not sold to it.
  if (price === null) return unknownLine(asked, index);
  const lineTotal = extendPrice(price.unitPrice, asked.quantity);
  return {
    line: { ...bare, quantity: inBase, price, lineTotal },
    ...checkPrice(asked, price, index, priceTolerance),
  };
}

/** A line of which the buyer has agreed to another product: at the price that the rule gives. */
function checkSubstitute(
  original: string,
  line: PricedLine["line"] & { readonly product: Product },
  index: number,
  question: OrderQuestion,
): PricedLine {
  const { substitutes: policy = NO_SUBSTITUTES, customer } = question;
  const isAllowed = substitutesOf(policy, original, customer?.number ?? null).includes(
    line.product.sku,
  );
  const { product, ordered } = line;
  const price = isAllowed
    ? substitutePrice({ product, sku: original, ordered }, policy, question)
    : null;
  if (price === null) {
    const message = `${line.sku} does not stand in for ${JSON.stringify(original)}.`;
    const field = ["lines", String(index), "substituteFor"];
    return { line, errors: [refusal("ITEM_NOT_ALLOWED", message, field)] };
  }
  const lineTotal = extendPrice(price.unitPrice, ordered.value);
  return { line: { ...line, substituteFor: original as Sku, price, lineTotal }, errors: [] };
}

/** What a line asks for. */
export type CheckedGoods = {
  /** `null`: unknown, or not for sale. */
  readonly product: Product | null;
  /** In base units; `null` when unit or quantity are wrong. */
  readonly inBase: Quantity | null;
  readonly errors: readonly UserError[];
};

/** Product, unit and quantity of the line at `index`, whatever it costs and whoever asks. */
export function checkGoods(
  asked: Pick<OrderLineQuestion, "sku" | "quantity" | "uom">,
  index: number,
  products: ReadonlyMap<string, Product>,
): CheckedGoods {
  const product = products.get(asked.sku) ?? null;
  if (product === null || product.isBlocked) {
    return { product: null, inBase: null, errors: [unknownSku(asked.sku, index)] };
  }
  const uom = asked.uom ?? product.baseUom;
  const inBase = toBaseUom(product, quantity(asked.quantity, uom));
  const wrongUom = inBase === null ? invalidUom(product, uom, index) : null;
  const wrongQuantity = checkQuantity(asked.quantity, inBase, product, index);
  const errors = [wrongUom, wrongQuantity].filter((error) => error !== null);
  return { product, inBase: errors.length > 0 ? null : inBase, errors };
}

function unknownSku(sku: string, index: number): UserError {
  const message = `${JSON.stringify(sku)} is not an item that can be ordered.`;
  return refusal("UNKNOWN_SKU", message, ["lines", String(index), "sku"]);
}

function unknownLine({ sku, quantity: value, uom }: OrderLineQuestion, index: number): PricedLine {
  const ordered = quantity(value, uom ?? EACH);
  return {
    line: {
      sku,
      product: null,
      ordered,
      quantity: ordered,
      price: null,
      lineTotal: null,
    },
    errors: [unknownSku(sku, index)],
  };
}

function checkQuantity(
  value: Decimal,
  inBase: Quantity | null,
  product: Product,
  index: number,
): UserError | null {
  const field = ["lines", String(index), "quantity"];
  if (!isPositive(value)) {
    return refusal("INVALID_QUANTITY", `Quantity ${value} is not more than zero.`, field);
  }
  if (inBase === null) return null;
  if (!isInteger(inBase.value)) {
    const message = `Quantity ${value} is ${inBase.value} ${product.baseUom}: ${product.sku} is sold in whole ${product.baseUom}.`;
    return refusal("INVALID_QUANTITY", message, field);
  }
  if (compareDecimals(inBase.value, MAX_LINE_QUANTITY) > 0) {
    const message = `Quantity ${value} is more than one line may order (${MAX_LINE_QUANTITY} ${product.baseUom}).`;
    return refusal("INVALID_QUANTITY", message, field);
  }
  return null;
}

function invalidUom(product: Product, uom: UomCode, index: number): UserError {
  const known = product.uoms.map((conversion) => conversion.uom).join(", ");
  const message = `${product.sku} cannot be ordered in ${uom}, only in ${known}.`;
  return refusal("INVALID_UOM", message, ["lines", String(index), "uom"]);
}

function checkPrice(
  asked: OrderLineQuestion,
  price: Price,
  index: number,
  tolerance: PriceTolerance | undefined,
): Pick<PricedLine, "errors" | "notices"> {
  const expected = asked.expectedUnitPrice;
  if (expected === null || compareDecimals(expected, price.unitPrice.amount) === 0) {
    return { errors: [] };
  }
  const { amount, currency } = price.unitPrice;
  const message = `${asked.sku} costs ${amount} ${currency} per ${price.uom}, not ${expected}.`;
  const field = ["lines", String(index), "expectedUnitPrice"];
  if (tolerance !== undefined && isNearEnough(expected, amount, tolerance)) {
    return { errors: [], notices: [{ code: "PRICE_ADJUSTED", message, field }] };
  }
  return { errors: [refusal("PRICE_MISMATCH", message, field)] };
}
