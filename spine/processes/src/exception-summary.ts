import {
  cancelShipment,
  raiseInvoice,
  releaseOrder,
  submitOrder,
  type CommandRecord,
} from "@crossdock/commands";

/** What a command does, as a clerk would say it; one that is not here goes by its type. */
const TASKS: Readonly<Record<string, string>> = {
  [submitOrder.type]: "Creating the order in the ERP",
  [releaseOrder.type]: "Releasing the order to the warehouse",
  [cancelShipment.type]: "Cancelling the shipment at the warehouse",
  [raiseInvoice.type]: "Raising the invoice in finance",
};

/** What failed, how often it was tried, and why: in plain words, for who opens the exception. */
export function summaryOf({ type, attempts, error }: CommandRecord): string {
  const task = TASKS[type] ?? `The command ${type}`;
  const tries = attempts === 1 ? "one try" : `${String(attempts)} tries`;
  return `${task} failed after ${tries}: ${error?.message ?? "nobody knows why."}`;
}
