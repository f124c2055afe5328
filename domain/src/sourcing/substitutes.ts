import { compareDecimals, isPositive } from "../decimal.ts";
import type { CustomerNumber, Sku, WarehouseCode } from "../identifiers.ts";
import type { OrderLineQuestion, OrderQuestion } from "../order-checks.ts";
import { priceFor, type Price } from "../price.ts";
import { toBaseUom, type Product } from "../product.ts";
import { addQuantities, quantity, zeroQuantity, type Quantity, type UomCode } from "../quantity.ts";
import { availableToPromise } from "../stock.ts";

/** What may stand in for a product, and what it then costs. */
export type SubstituteRule = {
  readonly sku: Sku;
  /** The better ones first. */
  readonly by: readonly Sku[];
  /** - `OWN` what it costs for itself - `ORIGINAL` what the product costs that it stands in for */
  readonly price: "OWN" | "ORIGINAL";
};

/** What the distributor has decided about products that stand in for others. */
export type SubstitutePolicy = {
  readonly rules: readonly SubstituteRule[];
  /** Accounts that take what they ordered or nothing. */
  readonly refusedBy: readonly CustomerNumber[];
};

export const NO_SUBSTITUTES: SubstitutePolicy = { rules: [], refusedBy: [] };

/**
 * - `refused` nothing stands in for anything
 * - `offered` the buyer is shown what would, and says so
 * - `automatic` it is taken by itself where all of it is there and what was ordered is not
 */
export const SUBSTITUTION_MODES = ["refused", "offered", "automatic"] as const;
export type SubstitutionMode = (typeof SUBSTITUTION_MODES)[number];

/** What may stand in for the product, the better ones first; empty for an account that wants none. */
export function substitutesOf(
  { rules, refusedBy }: SubstitutePolicy,
  sku: string,
  customer: CustomerNumber | null,
): readonly Sku[] {
  if (customer !== null && refusedBy.includes(customer)) return [];
  return rules.find((rule) => rule.sku === sku)?.by ?? [];
}

/** What may stand in for a line that has to wait, and is there. */
export type Substitute = {
  readonly sku: Sku;
  /** That the warehouses can promise together, in its base unit; above zero. */
  readonly available: Quantity;
  /** Per unit that was ordered. */
  readonly price: Price;
};

type SubstituteFacts = Pick<
  OrderQuestion,
  "customer" | "products" | "priceLines" | "stock" | "on" | "warehouses" | "warehouse"
>;

/**
 * What a buyer can have instead, with what it costs by the rule. A product that is not sold in the unit, or not to the
 * account, is left out, and so is one of which nothing is there.
 */
export function offeredSubstitutes(
  line: { readonly sku: string; readonly ordered: Quantity },
  policy: SubstitutePolicy,
  facts: SubstituteFacts,
): readonly Substitute[] {
  const { customer } = facts;
  if (customer === null) return [];
  return substitutesOf(policy, line.sku, customer.number).flatMap((sku) => {
    const product = facts.products.get(sku);
    if (product === undefined || product.isBlocked) return [];
    const available = availableOf(product, facts);
    const price = substitutePrice({ ...line, product }, policy, facts);
    return price === null || !isPositive(available.value) ? [] : [{ sku, available, price }];
  });
}

/** @returns `null` where it is not sold in the unit, not to the account, or does not stand in for that product */
export function substitutePrice(
  {
    product,
    sku: original,
    ordered,
  }: { readonly product: Product; readonly sku: string; readonly ordered: Quantity },
  policy: SubstitutePolicy,
  { customer, products, priceLines, on }: SubstituteFacts,
): Price | null {
  const rule = policy.rules.find((one) => one.sku === original);
  if (customer === null || rule === undefined || !rule.by.includes(product.sku)) return null;
  const { value, uom } = ordered;
  if (toBaseUom(product, ordered) === null) return null;
  const priced = rule.price === "OWN" ? product : products.get(original);
  if (priced === undefined) return null;
  return priceFor({ product: priced, customer, quantity: value, uom, on, lines: priceLines });
}

/**
 * The lines with what stands in for those that would have to wait, where all of one substitute is there; the first that has
 * it. Lines that share a substitute take of it one after the other.
 * @param waits which lines would have to wait, by place
 */
export function withSubstitutes(
  lines: readonly OrderLineQuestion[],
  waits: readonly boolean[],
  policy: SubstitutePolicy,
  facts: SubstituteFacts,
): readonly OrderLineQuestion[] {
  const taken = new Map<string, Quantity>();
  return lines.map((line, at) => {
    if (waits[at] !== true || line.substituteFor != null) return line;
    const uom = line.uom ?? facts.products.get(line.sku)?.baseUom;
    if (uom === undefined) return line;
    const ordered = quantity(line.quantity, uom);
    const found = offeredSubstitutes({ sku: line.sku, ordered }, policy, facts).find(
      ({ sku, available }) => {
        const needed = neededOf(sku, ordered, taken, facts);
        return needed !== null && compareDecimals(available.value, needed.value) >= 0;
      },
    );
    const needed = found === undefined ? null : neededOf(found.sku, ordered, taken, facts);
    if (found === undefined || needed === null) return line;
    taken.set(found.sku, needed);
    return { ...line, sku: found.sku, uom, substituteFor: line.sku, expectedUnitPrice: null };
  });
}

/** What lines before it take of the product, and this one. */
function neededOf(
  sku: Sku,
  ordered: Quantity,
  taken: ReadonlyMap<string, Quantity>,
  { products }: SubstituteFacts,
): Quantity | null {
  const product = products.get(sku);
  const own = product === undefined ? null : toBaseUom(product, ordered);
  const before = taken.get(sku);
  return own === null || before === undefined ? own : addQuantities(before, own);
}

/** Of the warehouses that may send it. */
function availableOf(
  { sku, baseUom }: { readonly sku: Sku; readonly baseUom: UomCode },
  { stock, warehouses, warehouse: asked }: SubstituteFacts,
): Quantity {
  const isAllowed = (code: WarehouseCode) =>
    warehouses.includes(code) && (asked === null || code === asked);
  const positions = (stock.get(sku) ?? []).filter(({ warehouse }) => isAllowed(warehouse));
  return addQuantities(zeroQuantity(baseUom), ...positions.map(availableToPromise));
}
