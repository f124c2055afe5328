import { issueCreditMemo, type CommandHandler } from "@crossdock/commands";
import { isPositive, type CreditMemoDraft } from "@crossdock/domain";
import { invoiceChangedEvent } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { FinanceSystem, IssuedCredit } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type CreditData = ReturnType<(typeof issueCreditMemo)["parse"]>;

/** Issues a credit in finance and applies it to its invoice. */
export function handleIssueCreditMemo(deps: {
  readonly finance: FinanceSystem;
  readonly clock: Clock;
}): CommandHandler {
  const { finance, clock } = deps;
  const { creditMemos } = finance;
  return defineSending<CreditData, CreditMemoDraft, IssuedCredit>(issueCreditMemo, {
    writer: creditMemos,
    draftOf: ({ data }) => Promise.resolve(data.draft),
    find: (draft, signal) => creditMemos.findCreditMemo(draft, signal),
    create: (draft, { id }, signal) => creditMemos.issueCreditMemo(draft, id, signal),
    done: ({ memo, applied }, { data }) => ({
      typename: "CreditMemo",
      id: memo.id,
      // What is applied changes the invoice, and finance's own feed tells of that.
      events: isPositive(applied.amount) ? [] : [creditedEvent(data, clock)],
    }),
  });
}

/** Nothing was open any more: the credit is the customer's, and the invoice stays as it is. */
function creditedEvent({ draft, invoiceNumber, orderNumbers, orderIds }: CreditData, clock: Clock) {
  const { invoiceId, customerNumber } = draft;
  return invoiceChangedEvent({
    invoiceId,
    invoiceNumber,
    change: "CREDITED",
    status: "PAID",
    orderNumbers,
    orderIds,
    customerNumber,
    at: clock.now(),
  });
}
