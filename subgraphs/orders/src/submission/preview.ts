import type { OrderPreview } from "../../generated/resolvers.ts";
import { sourcingViewOf } from "../order/sourcing-view.ts";
import type { CheckedSubmission } from "./check-submission.ts";

/** What submitOrder would say. Tax and freight are known later, by the ERP and the warehouse. */
export function previewOf({ check, holds, userErrors }: CheckedSubmission): OrderPreview {
  const { sourcing } = check;
  return {
    lines: check.lines.map((line, at) => ({
      sku: line.sku,
      ordered: line.ordered,
      quantity: line.quantity,
      price: line.price,
      lineTotal: line.lineTotal,
      availableToPromise: line.availableToPromise,
      backorder: line.backorder,
      allocations: sourcing.assignments
        .filter(({ lineNumber }) => lineNumber === at + 1)
        .map((part) => ({ ...part, release: null })),
      promisedOn:
        sourcing.backorders.find(({ lineNumber }) => lineNumber === at + 1)?.promisedOn ?? null,
    })),
    sourcing: sourcingViewOf(sourcing),
    subtotal: check.subtotal,
    tax: null,
    freight: null,
    total: check.subtotal,
    warehouse: check.warehouse,
    creditAvailable: check.creditAvailable,
    userErrors,
    holds,
    notices: check.notices,
  };
}
