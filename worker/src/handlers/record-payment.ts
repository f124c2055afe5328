import { recordPayment, type CommandHandler } from "@crossdock/commands";
import type { Payment } from "@crossdock/domain";
import type { FinanceSystem, PaymentDraft } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

/** Books a payment in finance; that the invoice is paid is told by finance's own feed. */
export function handleRecordPayment(deps: { readonly finance: FinanceSystem }): CommandHandler {
  const { payments } = deps.finance;
  return defineSending<PaymentDraft, PaymentDraft, Payment>(recordPayment, {
    writer: payments,
    draftOf: ({ data }) => Promise.resolve(data),
    find: (draft, signal) => payments.findPayment(draft, signal),
    create: (draft, { id }, signal) => payments.recordPayment(draft, id, signal),
    done: ({ id }) => ({ typename: "Payment", id }),
  });
}
