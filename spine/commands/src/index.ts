export { asking } from "./accept.ts";
export type { Acceptance, Asking, CommandRequest } from "./accept.ts";
export type { SettledWork } from "./accept-settled.ts";
export type { Backoff } from "./backoff.ts";
export { createCommandLog } from "./command-log.ts";
export type { CommandLog } from "./command-log.ts";
export type {
  CommandBacklog,
  CommandFilter,
  CommandPage,
  CommandPageRequest,
} from "./command-reader.ts";
export {
  AWAITED,
  COMMAND_STATUSES,
  CORRECTED,
  IN_DOUBT,
  isSettled,
  SETTLED,
  SKIPPED,
  UNSETTLED,
} from "./command-record.ts";
export type {
  CommandError,
  CommandRecord,
  CommandResult,
  CommandStatus,
} from "./command-record.ts";
export { CommandsBusyError } from "./errors.ts";
export { createCommandRegistry, defineCommand, defineOwnCommand, held } from "./definition.ts";
export type {
  AnyCommandDefinition,
  CommandDefinition,
  CommandOptions,
  CommandRegistry,
} from "./definition.ts";
export { allCommands } from "./definitions/all.ts";
export { settleTax } from "./definitions/billing/settle-tax.ts";
export { trueUpTax } from "./definitions/billing/true-up-tax.ts";
export { voidTax } from "./definitions/billing/void-tax.ts";
export { calculateTax } from "./definitions/billing/calculate-tax.ts";
export { disputeInvoice } from "./definitions/billing/dispute-invoice.ts";
export { issueCreditMemo } from "./definitions/billing/issue-credit-memo.ts";
export { raiseInvoice } from "./definitions/billing/raise-invoice.ts";
export { readFreight } from "./definitions/billing/read-freight.ts";
export { recordPayment } from "./definitions/billing/record-payment.ts";
export { announceReceipt } from "./definitions/inventory/announce-receipt.ts";
export { cancelReceipt } from "./definitions/inventory/cancel-receipt.ts";
export { adjustInventory } from "./definitions/inventory/adjust-inventory.ts";
export { releaseReservation } from "./definitions/inventory/release-reservation.ts";
export { reserveInventory } from "./definitions/inventory/reserve-inventory.ts";
export { transferInventory } from "./definitions/inventory/transfer-inventory.ts";
export { amendOrder } from "./definitions/orders/amend-order.ts";
export { approveOrder } from "./definitions/orders/approve-order.ts";
export { cancelOrder } from "./definitions/orders/cancel-order.ts";
export { rejectOrder } from "./definitions/orders/reject-order.ts";
export { removeOrder } from "./definitions/orders/remove-order.ts";
export { requestReturn } from "./definitions/orders/request-return.ts";
export { authorizeReturn } from "./definitions/orders/authorize-return.ts";
export { cancelReturn, rejectReturn } from "./definitions/orders/end-return.ts";
export { rewriteOrder } from "./definitions/orders/rewrite-order.ts";
export { sourceOrder } from "./definitions/orders/source-order.ts";
export { submitOrder } from "./definitions/orders/submit-order.ts";
export { announceReturn } from "./definitions/shipments/announce-return.ts";
export { reviewReturn } from "./definitions/shipments/review-return.ts";
export { withdrawReturn } from "./definitions/shipments/withdraw-return.ts";
export { creditReturn } from "./definitions/billing/credit-return.ts";
export { refundCredit } from "./definitions/billing/refund-credit.ts";
export { cancelRelease } from "./definitions/shipments/cancel-release.ts";
export { cancelShipment } from "./definitions/shipments/cancel-shipment.ts";
export { recordShipmentMilestone } from "./definitions/shipments/record-shipment-milestone.ts";
export { releaseOrder } from "./definitions/shipments/release-order.ts";
export { block, defineHandler, reject, succeed } from "./handler.ts";
export type { Answer, Command, CommandHandler, HandlerOptions } from "./handler.ts";
export { fingerprintOf, parseIdempotencyKey } from "./idempotency.ts";
export type { IdempotencyKey } from "./idempotency.ts";
export { editData } from "./edit-data.ts";
export type { EditProblem } from "./edit-data.ts";
export type { Edit, Intervention } from "./interventions.ts";
export type {
  AcceptanceRows,
  CommandJournal,
  FinishedCommand,
  Outcome,
  Refusal,
  SteppingIn,
} from "./journal.ts";
export { HELD_LANE, LANES } from "./lane.ts";
export type { CommandLane, Lane } from "./lane.ts";
export { openCommandQueues } from "./queues.ts";
export type { CommandQueues, CommandQueuesOptions } from "./queues.ts";
export { createCommandRelay } from "./relay.ts";
export type { CommandRelay } from "./relay.ts";
export { createCommandWorker } from "./worker.ts";
export type { CommandWorker, CommandWorkerOptions } from "./worker.ts";
