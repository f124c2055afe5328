import type { Customer } from "./customer.ts";
import { compareDecimals, isPositive, type Decimal } from "./decimal.ts";
import type { WarehouseCode } from "./identifiers.ts";
import {
  addMoney,
  roundMoney,
  subtractMoney,
  zeroMoney,
  type CurrencyCode,
  type Money,
} from "./money.ts";
import { coverLines, type LineCover } from "./order-cover.ts";
import { checkLine, type PricedLine } from "./order-line-checks.ts";
import type { Price, PriceLine } from "./price.ts";
import type { Product } from "./product.ts";
import { quantity, zeroQuantity, type Quantity, type UomCode } from "./quantity.ts";
import type { StockPosition } from "./stock.ts";
import type { LocalDate } from "./time.ts";
import { refusal, type UserError } from "./user-error.ts";

export const MAX_ORDER_LINES = 500;
/** ISO 4217 for "no currency": the sum of an order of which nothing could be priced. */
const NO_CURRENCY = "XXX" as CurrencyCode;

/** Everything that the rules look at: read before, so that the rules themselves are pure. */
export type OrderQuestion = {
  /** `null`: there is no such account, or it is not the viewer's to order for. */
  readonly customer: Customer | null;
  /** What the account owes; `null` when finance does not know it, which is nothing owed. */
  readonly balance: Money | null;
  /** Value of accepted orders that are not billed yet; counts against the credit limit. */
  readonly openOrdersTotal: Money | null;
  /** By sku; a sku that is missing is unknown. */
  readonly products: ReadonlyMap<string, Product>;
  /** Of any product, in any order. */
  readonly priceLines: readonly PriceLine[];
  /** By sku, in base units; a sku that is missing has no stock. */
  readonly stock: ReadonlyMap<string, readonly StockPosition[]>;
  /** Every warehouse that ships orders. */
  readonly warehouses: readonly WarehouseCode[];
  readonly lines: readonly OrderLineQuestion[];
  /** `false`: what is not there now is refused instead of promised for later. */
  readonly allowBackorder: boolean;
  /** Where the buyer wants it from; `null` lets us choose. */
  readonly warehouse: string | null;
  /** The date whose prices hold. */
  readonly on: LocalDate;
};

/** One line as the buyer wrote it. */
export type OrderLineQuestion = {
  readonly sku: string;
  /** In `uom`. */
  readonly quantity: Decimal;
  /** `null`: the product's base unit. */
  readonly uom: UomCode | null;
  /** Per `uom`; `null`: whatever it costs. */
  readonly expectedUnitPrice: Decimal | null;
};

export type OrderCheck = {
  /** One per line asked, in order, also for lines that were refused. */
  readonly lines: readonly CheckedLine[];
  /** Sum of the lines that have a price, to the smallest unit of the currency. */
  readonly subtotal: Money;
  /** The one warehouse that ships the order; `null` when the asked one is unknown or there is none. */
  readonly warehouse: WarehouseCode | null;
  /** What the account may still buy for, before this order; `null` without a limit. */
  readonly creditAvailable: Money | null;
  /** Every reason for a refusal at once; empty when the order can be taken. */
  readonly userErrors: readonly UserError[];
};

export type CheckedLine = {
  readonly sku: string;
  /** `null`: unknown, or not for sale. */
  readonly product: Product | null;
  /** As asked. */
  readonly ordered: Quantity;
  /** The same goods in base units; zero when unit or quantity are wrong, as asked for an unknown sku. */
  readonly quantity: Quantity;
  /** Per `ordered.uom`; `null` when the line has no price. */
  readonly price: Price | null;
  /** Rounded to the currency's smallest unit; `null` when the line has no price. */
  readonly lineTotal: Money | null;
  /** What the shipping warehouse can promise to this line, earlier lines served first; base unit. */
  readonly availableToPromise: Quantity;
  /** The part of `quantity` that has to wait; base unit. */
  readonly backorder: Quantity;
};

/**
 * Every rule that an order must pass, in one place: account, credit, products, units, quantities,
 * prices and stock. Finds all that is wrong, not the first. Paths in `userErrors` are those of the
 * input: `["lines", "2", "sku"]`, counted from zero.
 * One warehouse ships the whole order: the asked one, else the one that covers the lines best.
 */
export function checkOrder(question: OrderQuestion): OrderCheck {
  if (question.lines.length > MAX_ORDER_LINES) return refuseUnread(question);
  const priced = question.lines.map((line, index) => checkLine(line, index, question));
  const wants = priced.map(({ line }) => (line.product === null ? null : line.quantity));
  const { warehouse, covers, errors: coverErrors } = chooseWarehouse(question, wants);
  const lines = priced.map(({ line }, index) => ({ ...line, ...coverOf(covers[index], line) }));
  const subtotal = sumOf(lines, question);
  const creditAvailable = creditOf(question);
  return {
    lines,
    subtotal,
    warehouse,
    creditAvailable,
    userErrors: [
      ...checkCustomer(question.customer),
      ...(lines.length === 0
        ? [refusal("EMPTY_ORDER", "An order needs at least one line.", ["lines"])]
        : []),
      ...priced.flatMap(({ errors }) => errors),
      ...coverErrors,
      ...(question.allowBackorder || warehouse === null ? [] : checkStock(lines, warehouse)),
      ...checkCredit(creditAvailable, subtotal),
    ],
  };
}

/** Nothing of an order that is too long is read: its lines are not looked at either. */
function refuseUnread(question: OrderQuestion): OrderCheck {
  const message = `An order has at most ${String(MAX_ORDER_LINES)} lines; this one has ${String(question.lines.length)}.`;
  return {
    lines: [],
    subtotal: roundMoney(zeroMoney(question.customer?.currency ?? NO_CURRENCY)),
    warehouse: null,
    creditAvailable: creditOf(question),
    userErrors: [
      ...checkCustomer(question.customer),
      refusal("TOO_MANY_LINES", message, ["lines"]),
    ],
  };
}

function checkCustomer(customer: Customer | null): UserError[] {
  const field = ["customerId"];
  if (customer === null)
    return [refusal("UNKNOWN_CUSTOMER", "There is no such customer account.", field)];
  if (customer.status === "ACTIVE") return [];
  const state = customer.status === "CLOSED" ? "closed" : "on hold";
  return [refusal("CUSTOMER_ON_HOLD", `Account ${customer.number} is ${state}.`, field)];
}

function chooseWarehouse(
  question: OrderQuestion,
  wants: readonly (Quantity | null)[],
): {
  readonly warehouse: WarehouseCode | null;
  readonly covers: readonly LineCover[];
  readonly errors: readonly UserError[];
} {
  const { lines, stock, warehouses, warehouse: asked } = question;
  const skus = lines.map((line) => line.sku);
  const allowed = asked === null ? warehouses : warehouses.filter((code) => code === asked);
  const best = coverLines({ skus, wants, stock, warehouses: allowed });
  if (best !== null) return { ...best, errors: [] };
  const message =
    asked === null
      ? "No warehouse ships orders."
      : `There is no warehouse ${JSON.stringify(asked)}.`;
  const errors = [refusal("UNKNOWN_WAREHOUSE", message, ["warehouse"])];
  return { warehouse: null, covers: [], errors };
}

function coverOf(
  cover: LineCover | undefined,
  line: PricedLine["line"],
): Pick<CheckedLine, "availableToPromise" | "backorder"> {
  const none = zeroQuantity(line.quantity.uom);
  if (cover === undefined || line.product === null)
    return { availableToPromise: none, backorder: none };
  return {
    availableToPromise: quantity(cover.available, line.quantity.uom),
    backorder: quantity(cover.missing, line.quantity.uom),
  };
}

function checkStock(lines: readonly CheckedLine[], warehouse: WarehouseCode): UserError[] {
  return lines.flatMap(({ sku, availableToPromise, backorder, quantity: wanted }, index) => {
    if (!isPositive(backorder.value)) return [];
    const message = `${warehouse} has ${availableToPromise.value} ${wanted.uom} of ${sku} available, not ${wanted.value}.`;
    return [refusal("INSUFFICIENT_STOCK", message, ["lines", String(index), "quantity"])];
  });
}

function creditOf({ customer, balance, openOrdersTotal }: OrderQuestion): Money | null {
  if (customer === null || customer.creditLimit === null) return null;
  const owed = [balance, openOrdersTotal].filter((part) => part !== null);
  return owed.reduce((left, part) => subtractMoney(left, part), customer.creditLimit);
}

function checkCredit(available: Money | null, total: Money): UserError[] {
  if (available === null || compareDecimals(available.amount, total.amount) >= 0) return [];
  const message = `The order is worth ${total.amount} ${total.currency}; the account's credit has ${available.amount} ${available.currency} left.`;
  return [refusal("CREDIT_EXCEEDED", message, null)];
}

function sumOf(lines: readonly CheckedLine[], { customer, products }: OrderQuestion): Money {
  const [anyProduct] = products.values();
  const currency = customer?.currency ?? anyProduct?.listPrice.currency ?? NO_CURRENCY;
  const totals = lines.map((line) => line.lineTotal).filter((total) => total !== null);
  return roundMoney(addMoney(zeroMoney(currency), ...totals));
}
