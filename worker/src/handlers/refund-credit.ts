import { refundCredit, reject, type CommandHandler } from "@crossdock/commands";
import { dateOf } from "@crossdock/domain";
import type { ReturnBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { FinanceSystem, PaidRefund, RefundDraft } from "@crossdock/source-contract";
import { parcelOfCommand, unknownParcel } from "./parcel-of-command.ts";
import { defineSending } from "./sending.ts";

type RefundData = ReturnType<(typeof refundCredit)["parse"]>;

/** Pays back what of a credit lowered no invoice: the customer had paid that already. */
export function handleRefundCredit(deps: {
  readonly finance: FinanceSystem;
  readonly returnBook: ReturnBook;
  readonly clock: Clock;
}): CommandHandler {
  const { finance, returnBook, clock } = deps;
  const { refunds } = finance;
  return defineSending<RefundData, RefundDraft, PaidRefund>(refundCredit, {
    writer: refunds,
    draftOf: async ({ data, acceptedAt }) => {
      const found = await parcelOfCommand(data, returnBook);
      const memo = found?.parcel.credit?.memo ?? null;
      if (memo === null) return reject(unknownParcel(data));
      const { id: creditMemoId, number: creditMemoNumber } = memo;
      return {
        creditMemoId,
        creditMemoNumber,
        amount: data.amount,
        paidOn: dateOf(acceptedAt),
      };
    },
    find: (draft, signal) => refunds.findRefund(draft, signal),
    create: (draft, { id }, signal) => refunds.payRefund(draft, id, signal),
    done: (_refund, { data: { returnId, parcel } }) => ({
      typename: "Return",
      id: returnId,
      returns: [
        { returnId, event: { kind: "refunded", parcel, at: clock.now(), source: finance.name } },
      ],
    }),
  });
}
