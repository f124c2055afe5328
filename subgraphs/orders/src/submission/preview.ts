import type { Context } from "../context.ts";
import type { OrderPreviewView } from "../models.ts";
import { sourcingViewOf } from "../order/sourcing-view.ts";
import type { CheckedSubmission } from "./check-submission.ts";
import { expectCharges, type ExpectedCharges } from "./expected-charges.ts";

/** What submitOrder would say, and what it would cost: nobody is asked for tax and freight who is not asked for them. */
export function previewOf(checked: CheckedSubmission, context: Context): OrderPreviewView {
  const { check, holds, userErrors, substitutes } = checked;
  let charges: Promise<ExpectedCharges> | null = null;
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
      substituteFor: line.substituteFor ?? null,
      substitutes: substitutes[at] ?? [],
      promisedOn:
        sourcing.backorders.find(({ lineNumber }) => lineNumber === at + 1)?.promisedOn ?? null,
    })),
    sourcing: sourcingViewOf(sourcing),
    subtotal: check.subtotal,
    charges: () => (charges ??= expectCharges(checked, context)),
    warehouse: check.warehouse,
    creditAvailable: check.creditAvailable,
    userErrors,
    holds,
    notices: check.notices,
  };
}
