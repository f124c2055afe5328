import type { PriceTolerance } from "./acceptance/acceptance-policy.ts";
import type { AcceptanceNotice } from "./acceptance/order-acceptance.ts";
import type { Customer } from "./customer.ts";
import { compareDecimals, isPositive, ZERO, type Decimal } from "./decimal.ts";
import type { Sku, WarehouseCode } from "./identifiers.ts";
import {
  addMoney,
  roundMoney,
  subtractMoney,
  zeroMoney,
  type CurrencyCode,
  type Money,
} from "./money.ts";
import { checkLine, type PricedLine } from "./order-line-checks.ts";
import type { Price, PriceLine } from "./price.ts";
import type { Product } from "./product.ts";
import { quantity, zeroQuantity, type Quantity, type UomCode } from "./quantity.ts";
import type { LineCover } from "./sourcing/cover.ts";
import { planSourcing } from "./sourcing/plan-sourcing.ts";
import type { SourcingPlan } from "./sourcing/sourcing-plan.ts";
import { DEFAULT_SOURCING_POLICY, type SourcingPolicy } from "./sourcing/sourcing-policy.ts";
import type { SubstitutePolicy } from "./sourcing/substitutes.ts";
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
  /** The buyer wants all of it at once, or to wait for it; left out: what is there is sent. */
  readonly shipComplete?: boolean;
  /** One warehouse for all of it where it is left out. */
  readonly sourcing?: SourcingPolicy;
  /** The date whose prices hold. */
  readonly on: LocalDate;
  /** How far an expected price may be from ours; not at all where it is left out. */
  readonly priceTolerance?: PriceTolerance;
  /** What may stand in for what; nothing where it is left out. */
  readonly substitutes?: SubstitutePolicy;
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
  /** What the buyer had rather had: `sku` stands in for it; `null` or left out: nothing. */
  readonly substituteFor?: string | null;
};

export type OrderCheck = {
  /** One per line asked, in order, also for lines that were refused. */
  readonly lines: readonly CheckedLine[];
  /** Sum of the lines that have a price, to the smallest unit of the currency. */
  readonly subtotal: Money;
  /** The warehouse that ships the most of it; `null` when the asked one is unknown or there is none. */
  readonly warehouse: WarehouseCode | null;
  /** What each warehouse would send, and what would have to wait. */
  readonly sourcing: SourcingPlan;
  /** What the account may still buy for, before this order; `null` without a limit. */
  readonly creditAvailable: Money | null;
  /** Every reason for a refusal at once; empty when the order can be taken. */
  readonly userErrors: readonly UserError[];
  /** What would be taken otherwise than the buyer wrote it. */
  readonly notices: readonly AcceptanceNotice[];
};

export type CheckedLine = {
  readonly sku: string;
  /** What it stands in for; left out: nothing. */
  readonly substituteFor?: Sku;
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
  /** What the shipping warehouses can promise to this line, earlier lines served first; base unit. */
  readonly availableToPromise: Quantity;
  /** The part of `quantity` that has to wait; base unit. */
  readonly backorder: Quantity;
};

/**
 * Every rule that an order must pass, in one place: account, credit, products, units, quantities,
 * prices and stock. Finds all that is wrong, not the first. Paths in `userErrors` are those of the
 * input: `["lines", "2", "sku"]`, counted from zero.
 * The asked warehouse ships the order, else those that the sourcing policy chooses.
 */
export function checkOrder(question: OrderQuestion): OrderCheck {
  if (question.lines.length > MAX_ORDER_LINES) return refuseUnread(question);
  const priced = question.lines.map((line, index) => checkLine(line, index, question));
  const { warehouse, covers, plan, errors: coverErrors } = source(question, priced);
  const lines = priced.map(({ line }, index) => ({
    ...line,
    ...coverOf(covers[index], line, backorderOf(plan, index)),
  }));
  const subtotal = sumOf(lines, question);
  const creditAvailable = creditOf(question);
  return {
    lines,
    subtotal,
    warehouse,
    sourcing: plan,
    creditAvailable,
    userErrors: [
      ...checkCustomer(question.customer),
      ...(lines.length === 0
        ? [refusal("EMPTY_ORDER", "An order needs at least one line.", ["lines"])]
        : []),
      ...priced.flatMap(({ errors }) => errors),
      ...coverErrors,
      ...(question.allowBackorder || warehouse === null
        ? []
        : checkStock(lines, covers, mayCombine(question) ? null : warehouse)),
      ...checkCredit(creditAvailable, subtotal),
    ],
    notices: priced.flatMap(({ notices }) => notices ?? []),
  };
}

/** Nothing of an order that is too long is read: its lines are not looked at either. */
function refuseUnread(question: OrderQuestion): OrderCheck {
  const message = `An order has at most ${String(MAX_ORDER_LINES)} lines; this one has ${String(question.lines.length)}.`;
  return {
    lines: [],
    subtotal: roundMoney(zeroMoney(question.customer?.currency ?? NO_CURRENCY)),
    warehouse: null,
    sourcing: { rule: ruleOf(question), shipComplete: false, assignments: [], backorders: [] },
    creditAvailable: creditOf(question),
    userErrors: [
      ...checkCustomer(question.customer),
      refusal("TOO_MANY_LINES", message, ["lines"]),
    ],
    notices: [],
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

function ruleOf({ sourcing = DEFAULT_SOURCING_POLICY }: OrderQuestion): string {
  return sourcing.rule;
}

/** Lines are numbered from 1 in the order that they were asked. */
function source(
  question: OrderQuestion,
  priced: readonly PricedLine[],
): {
  readonly warehouse: WarehouseCode | null;
  readonly covers: readonly LineCover[];
  readonly plan: SourcingPlan;
  readonly errors: readonly UserError[];
} {
  const { stock, warehouses, warehouse: asked } = question;
  const allowed = asked === null ? warehouses : warehouses.filter((code) => code === asked);
  const sourced = planSourcing({
    lines: priced.map(({ line }, at) => ({
      lineNumber: at + 1,
      sku: line.sku,
      wanted: line.product === null ? null : line.quantity,
    })),
    stock,
    warehouses: allowed,
    shipComplete: question.shipComplete ?? false,
    policy: question.sourcing ?? DEFAULT_SOURCING_POLICY,
  });
  if (sourced.warehouse !== null) {
    const { plan, warehouse } = sourced;
    const wished = asked === null ? plan : { ...plan, onlyFrom: warehouse };
    return { ...sourced, plan: wished, errors: [] };
  }
  const message =
    asked === null
      ? "No warehouse ships orders."
      : `There is no warehouse ${JSON.stringify(asked)}.`;
  return { ...sourced, errors: [refusal("UNKNOWN_WAREHOUSE", message, ["warehouse"])] };
}

function backorderOf({ backorders }: SourcingPlan, index: number): Quantity | null {
  return backorders.find(({ lineNumber }) => lineNumber === index + 1)?.quantity ?? null;
}

function coverOf(
  cover: LineCover | undefined,
  line: PricedLine["line"],
  backorder: Quantity | null,
): Pick<CheckedLine, "availableToPromise" | "backorder"> {
  const none = zeroQuantity(line.quantity.uom);
  if (cover === undefined || line.product === null)
    return { availableToPromise: none, backorder: none };
  return {
    availableToPromise: quantity(cover.available, line.quantity.uom),
    backorder: backorder ?? none,
  };
}

/** Whether the order may come from several warehouses. */
function mayCombine({ warehouse, sourcing = DEFAULT_SOURCING_POLICY }: OrderQuestion): boolean {
  return warehouse === null && sourcing.maxWarehousesPerOrder > 1;
}

/** @param only the warehouse that all of it comes from; `null` where several may send it */
function checkStock(
  lines: readonly CheckedLine[],
  covers: readonly LineCover[],
  only: WarehouseCode | null,
): UserError[] {
  return lines.flatMap(({ sku, availableToPromise, quantity: wanted }, index) => {
    if (!isPositive(covers[index]?.missing ?? ZERO)) return [];
    const there = `${availableToPromise.value} ${wanted.uom} of ${sku} available`;
    const message =
      only === null
        ? `The warehouses have ${there} together, not ${wanted.value}.`
        : `${only} has ${there}, not ${wanted.value}.`;
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
