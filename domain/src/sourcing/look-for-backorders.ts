import { isPositive } from "../decimal.ts";
import type { BackorderLook } from "../order-to-cash/events.ts";
import type { OrderState } from "../order-state.ts";
import { isOver } from "../order-status.ts";
import type { InboundReceipt } from "../receipt.ts";
import type { StockBySku } from "./cover.ts";
import { planSourcing } from "./plan-sourcing.ts";
import { withPromises } from "./promise-dates.ts";
import type { SourcingPolicy } from "./sourcing-policy.ts";

/**
 * Whether stock is looked for by itself: not for an order that somebody changes or that the ERP does not have yet, nor
 * for goods whose shipment was cancelled, which waits for a person.
 */
export function mayBeSourced(state: OrderState): boolean {
  const { number, request, sourcing, holds } = state;
  const waitsForPerson = holds.some(({ code }) => code.endsWith(":SHIPMENT_CANCELLED"));
  return (
    number !== null &&
    request === null &&
    sourcing.backorders.length > 0 &&
    !isOver(state) &&
    !waitsForPerson
  );
}

/**
 * What one look at the stock means to what waits of the order: what can be sent from where, and for which day the
 * rest is promised.
 * @param stock less what is promised already @param inbound what suppliers have announced of its products
 * @returns `null` when nothing is new
 */
export function lookForBackorders(
  state: OrderState,
  stock: StockBySku,
  inbound: readonly InboundReceipt[],
  policy: SourcingPolicy,
): BackorderLook | null {
  const { sourcing, draft } = state;
  const { onlyFrom } = sourcing;
  const skus = new Map(draft.lines.map(({ lineNumber, sku }) => [lineNumber, sku]));
  const lines = sourcing.backorders.flatMap(({ lineNumber, quantity }) => {
    const sku = skus.get(lineNumber);
    return sku === undefined ? [] : [{ lineNumber, sku, wanted: quantity }];
  });
  const known = lines.flatMap(({ sku }) => stock.get(sku) ?? []).map(({ warehouse }) => warehouse);
  const isAllowed = (code: (typeof known)[number]) => onlyFrom === undefined || code === onlyFrom;
  const { plan, covers } = planSourcing({
    lines,
    stock,
    warehouses: known.filter(isAllowed),
    shipComplete: sourcing.shipComplete,
    policy,
  });
  const missing = lines.map(({ lineNumber, sku, wanted }, at) => {
    const cover = covers[at];
    return { lineNumber, sku, missing: cover?.missing ?? wanted.value };
  });
  // No warehouse has any of it: all of it goes on waiting as it does.
  const waiting = covers.length === 0 ? sourcing.backorders : plan.backorders;
  const coming = inbound.filter(({ warehouse }) => isAllowed(warehouse));
  const { backorders } = withPromises({ ...plan, backorders: waiting }, missing, coming);
  const lacking = new Set(
    missing.filter((line) => isPositive(line.missing)).map(({ lineNumber }) => lineNumber),
  );
  const promises = backorders.map(({ lineNumber, promisedOn, reason }) => ({
    lineNumber,
    promisedOn,
    reason,
    isUnsourced: promisedOn === null && lacking.has(lineNumber),
  }));
  const isNew =
    plan.assignments.length > 0 ||
    promises.some(({ lineNumber, promisedOn, isUnsourced }) => {
      const before = sourcing.backorders.find((each) => each.lineNumber === lineNumber);
      return before?.promisedOn !== promisedOn || (before.isUnsourced ?? false) !== isUnsourced;
    });
  if (!isNew) return null;
  const look = sourcing.looks + 1;
  const assignments = plan.assignments.map((part) => ({
    ...part,
    reason: `${part.warehouse} has ${part.quantity.value} of what waited.`,
  }));
  return { look, rule: plan.rule, assignments, promises };
}
