import type { AnyCommandDefinition } from "../definition.ts";
import { calculateTax } from "./billing/calculate-tax.ts";
import { creditReturn } from "./billing/credit-return.ts";
import { disputeInvoice } from "./billing/dispute-invoice.ts";
import { issueCreditMemo } from "./billing/issue-credit-memo.ts";
import { raiseInvoice } from "./billing/raise-invoice.ts";
import { readFreight } from "./billing/read-freight.ts";
import { settleTax } from "./billing/settle-tax.ts";
import { trueUpTax } from "./billing/true-up-tax.ts";
import { voidTax } from "./billing/void-tax.ts";
import { recordPayment } from "./billing/record-payment.ts";
import { refundCredit } from "./billing/refund-credit.ts";
import { adjustInventory } from "./inventory/adjust-inventory.ts";
import { announceReceipt } from "./inventory/announce-receipt.ts";
import { cancelReceipt } from "./inventory/cancel-receipt.ts";
import { releaseReservation } from "./inventory/release-reservation.ts";
import { reserveInventory } from "./inventory/reserve-inventory.ts";
import { transferInventory } from "./inventory/transfer-inventory.ts";
import { amendOrder } from "./orders/amend-order.ts";
import { authorizeReturn } from "./orders/authorize-return.ts";
import { approveOrder } from "./orders/approve-order.ts";
import { cancelOrder } from "./orders/cancel-order.ts";
import { cancelReturn, rejectReturn } from "./orders/end-return.ts";
import { rejectOrder } from "./orders/reject-order.ts";
import { removeOrder } from "./orders/remove-order.ts";
import { requestReturn } from "./orders/request-return.ts";
import { rewriteOrder } from "./orders/rewrite-order.ts";
import { sourceOrder } from "./orders/source-order.ts";
import { submitOrder } from "./orders/submit-order.ts";
import { announceReturn } from "./shipments/announce-return.ts";
import { cancelRelease } from "./shipments/cancel-release.ts";
import { cancelShipment } from "./shipments/cancel-shipment.ts";
import { recordShipmentMilestone } from "./shipments/record-shipment-milestone.ts";
import { releaseOrder } from "./shipments/release-order.ts";
import { reviewReturn } from "./shipments/review-return.ts";
import { withdrawReturn } from "./shipments/withdraw-return.ts";

/** Every command of the system; a new one is added here. */
export const allCommands: readonly AnyCommandDefinition[] = [
  submitOrder,
  releaseOrder,
  readFreight,
  calculateTax,
  voidTax,
  trueUpTax,
  settleTax,
  raiseInvoice,
  recordPayment,
  disputeInvoice,
  issueCreditMemo,
  reserveInventory,
  releaseReservation,
  adjustInventory,
  transferInventory,
  announceReceipt,
  cancelReceipt,
  cancelOrder,
  amendOrder,
  approveOrder,
  rejectOrder,
  sourceOrder,
  removeOrder,
  rewriteOrder,
  requestReturn,
  cancelRelease,
  cancelShipment,
  recordShipmentMilestone,
  authorizeReturn,
  rejectReturn,
  cancelReturn,
  announceReturn,
  withdrawReturn,
  reviewReturn,
  creditReturn,
  refundCredit,
];
