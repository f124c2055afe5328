import type { AnyCommandDefinition } from "../definition.ts";
import { disputeInvoice } from "./billing/dispute-invoice.ts";
import { issueCreditMemo } from "./billing/issue-credit-memo.ts";
import { raiseInvoice } from "./billing/raise-invoice.ts";
import { recordPayment } from "./billing/record-payment.ts";
import { adjustInventory } from "./inventory/adjust-inventory.ts";
import { releaseReservation } from "./inventory/release-reservation.ts";
import { reserveInventory } from "./inventory/reserve-inventory.ts";
import { transferInventory } from "./inventory/transfer-inventory.ts";
import { amendOrder } from "./orders/amend-order.ts";
import { cancelOrder } from "./orders/cancel-order.ts";
import { removeOrder } from "./orders/remove-order.ts";
import { requestReturn } from "./orders/request-return.ts";
import { rewriteOrder } from "./orders/rewrite-order.ts";
import { submitOrder } from "./orders/submit-order.ts";
import { cancelRelease } from "./shipments/cancel-release.ts";
import { cancelShipment } from "./shipments/cancel-shipment.ts";
import { recordShipmentMilestone } from "./shipments/record-shipment-milestone.ts";
import { releaseOrder } from "./shipments/release-order.ts";

/** Every command of the system; a new one is added here. */
export const allCommands: readonly AnyCommandDefinition[] = [
  submitOrder,
  releaseOrder,
  raiseInvoice,
  recordPayment,
  disputeInvoice,
  issueCreditMemo,
  reserveInventory,
  releaseReservation,
  adjustInventory,
  transferInventory,
  cancelOrder,
  amendOrder,
  removeOrder,
  rewriteOrder,
  requestReturn,
  cancelRelease,
  cancelShipment,
  recordShipmentMilestone,
];
