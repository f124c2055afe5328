import {
  adjustInventory,
  announceReturn,
  creditReturn,
  refundCredit,
  reviewReturn,
  withdrawReturn,
  announceReceipt,
  cancelReceipt,
  calculateTax,
  cancelRelease,
  cancelShipment,
  issueCreditMemo,
  raiseInvoice,
  readFreight,
  settleTax,
  trueUpTax,
  voidTax,
  recordPayment,
  releaseOrder,
  removeOrder,
  rewriteOrder,
  submitOrder,
  transferInventory,
  type CommandRecord,
} from "@crossdock/commands";

/** What a command does, as a clerk would say it; one that is not here goes by its type. */
const TASKS: Readonly<Record<string, string>> = {
  [submitOrder.type]: "Creating the order in the ERP",
  [releaseOrder.type]: "Releasing the order to the warehouse",
  [cancelShipment.type]: "Cancelling the shipment at the warehouse",
  [cancelRelease.type]: "Taking the release back from the warehouse",
  [removeOrder.type]: "Removing the order from the ERP",
  [rewriteOrder.type]: "Changing the order in the ERP",
  [readFreight.type]: "Asking the carrier what the way costs",
  [voidTax.type]: "Having the tax of the bill taken back",
  [calculateTax.type]: "Having the tax of the bill calculated",
  [trueUpTax.type]: "Having the tax calculated that was estimated",
  [settleTax.type]: "Settling in finance what the estimated tax was wrong by",
  [raiseInvoice.type]: "Raising the invoice in finance",
  [recordPayment.type]: "Booking the payment in finance",
  [issueCreditMemo.type]: "Issuing the credit in finance",
  [announceReturn.type]: "Announcing the return to the warehouse",
  [withdrawReturn.type]: "Taking the return back from the warehouse",
  [reviewReturn.type]: "Comparing the return with what was announced",
  [creditReturn.type]: "Crediting the return in finance",
  [refundCredit.type]: "Paying the customer's credit back",
  [adjustInventory.type]: "Adjusting the stock in the ERP",
  [announceReceipt.type]: "Announcing the receipt to the warehouse",
  [cancelReceipt.type]: "Cancelling the receipt at the warehouse",
  [transferInventory.type]: "Transferring the stock in the ERP",
};

/** What failed, how often it was tried, and why: in plain words, for who opens the exception. */
export function summaryOf({ type, attempts, error }: CommandRecord): string {
  const task = TASKS[type] ?? `The command ${type}`;
  const tries = attempts === 1 ? "one try" : `${String(attempts)} tries`;
  return `${task} failed after ${tries}: ${error?.message ?? "nobody knows why."}`;
}
