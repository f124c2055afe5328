import type { OrderPreview } from "../../generated/resolvers.ts";
import type { CheckedSubmission } from "./check-submission.ts";

/** What submitOrder would say. Tax and freight are known later, by the ERP and the warehouse. */
export function previewOf({ check, userErrors }: CheckedSubmission): OrderPreview {
  return {
    lines: check.lines.map((line) => ({
      sku: line.sku,
      ordered: line.ordered,
      quantity: line.quantity,
      price: line.price,
      lineTotal: line.lineTotal,
      availableToPromise: line.availableToPromise,
      backorder: line.backorder,
    })),
    subtotal: check.subtotal,
    tax: null,
    freight: null,
    total: check.subtotal,
    warehouse: check.warehouse,
    creditAvailable: check.creditAvailable,
    userErrors,
  };
}
