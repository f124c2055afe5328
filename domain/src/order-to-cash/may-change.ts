import type { OrderShipment, OrderState } from "../order-state.ts";
import { isOut } from "../order-shipment.ts";
import type { UserErrorCode } from "../user-error.ts";
import { decisionsAwaited } from "./approval.ts";

/** Why an order cannot be changed as asked. `message` is fit for a clerk's eyes. */
export type ChangeRefusal = { readonly code: UserErrorCode; readonly message: string };

/** @returns `null` when the order may be cancelled, as far as we know: the sources say it again */
export function cancelRefusal(state: OrderState): ChangeRefusal | null {
  const bill = state.invoices.find(({ postedAt }) => postedAt !== null);
  if (bill !== undefined) {
    const message = `Invoice ${bill.number} was issued for the order; ask for a return instead.`;
    return { code: "ALREADY_INVOICED", message };
  }
  const reason = isOver(state) ?? hasLeft(state) ?? isBeingChanged(state);
  return reason === null ? null : { code: "NOT_CANCELLABLE", message: reason };
}

/** @returns `null` when the order may be amended, as far as we know: the sources say it again */
export function amendRefusal(state: OrderState): ChangeRefusal | null {
  const reason =
    isOver(state) ??
    isUndecided(state) ??
    hasLeft(state) ??
    isAtWork(state) ??
    isBeingChanged(state);
  return reason === null ? null : { code: "NOT_AMENDABLE", message: reason };
}

function isOver({ status }: OrderState): string | null {
  if (status === "CANCELLED") return "The order is cancelled already.";
  return status === "REJECTED" ? "The ERP refused the order." : null;
}

/** What was judged is what is decided on: another order is another question. */
function isUndecided(state: OrderState): string | null {
  const isAwaited = decisionsAwaited(state).length > 0;
  return isAwaited ? "The order waits for a decision; cancel it and place it anew." : null;
}

function hasLeft({ shipments }: OrderState): string | null {
  const gone = shipments.find(isOut);
  return gone === undefined ? null : `Shipment ${gone.number} has left the warehouse.`;
}

function isAtWork({ shipments }: OrderState): string | null {
  const picked = shipments.find(({ status }) => AT_WORK.has(status));
  return picked === undefined ? null : `The warehouse is at work on shipment ${picked.number}.`;
}

const AT_WORK: ReadonlySet<OrderShipment["status"]> = new Set(["PICKING", "PICKED", "PACKED"]);

function isBeingChanged({ request }: OrderState): string | null {
  if (request === null) return null;
  const doing = request.kind === "cancel" ? "cancelled" : "amended";
  return `The order is being ${doing} by command ${request.commandId}.`;
}
