import { randomBytes } from "node:crypto";
import {
  mintOrderKey,
  placesSyntheticOrders,
  type AcceptancePolicy,
  type CheckedLine,
  type Instant,
  type OrderDraft,
  type OrderDraftLine,
  type Viewer,
} from "@crossdock/domain";
import { channelOf } from "./channel.ts";
import type { CheckedSubmission } from "./check-submission.ts";

/**
 * The order as it will be written to the ERP, under a key of its own and with the prices confirmed.
 * @param checked without userErrors
 */
export function draftOf(
  checked: CheckedSubmission,
  viewer: Pick<Viewer, "role" | "clientId">,
  placedAt: Instant,
  { version: rules, reserveWhileHeld }: AcceptancePolicy,
): OrderDraft {
  const { submission, customer, check, shipTo, holds } = checked;
  const inStockOnly = !submission.allowBackorder;
  const isPromised = inStockOnly && (holds.length === 0 || reserveWhileHeld);
  if (customer === null || shipTo === null || check.warehouse === null) throw unchecked();
  return {
    key: mintOrderKey(randomBytes),
    customerNumber: customer.number,
    customerReference: submission.customerReference,
    channel: channelOf(viewer.role),
    currency: customer.currency,
    placedAt,
    requestedDeliveryOn: submission.requestedDeliveryOn,
    shipTo,
    warehouse: check.warehouse,
    lines: check.lines.map(lineOf),
    sourcing: check.sourcing,
    acceptance: { rules, inStockOnly, isPromised, holds, notices: check.notices },
    ...(placesSyntheticOrders(viewer) && { isSynthetic: true }),
  };
}

function lineOf(
  { product, price, ordered, quantity, substituteFor }: CheckedLine,
  at: number,
): OrderDraftLine {
  if (product === null || price === null) throw unchecked();
  return {
    lineNumber: at + 1,
    sku: product.sku,
    ...(substituteFor !== undefined && { substituteFor }),
    description: product.name,
    ordered,
    orderedBase: quantity,
    unitPrice: price.unitPrice,
    priceBasis: price.basis,
  };
}

function unchecked(): Error {
  return new Error("A draft was made of an order that the rules refuse.");
}
