import { trueUpTax, type CommandHandler } from "@crossdock/commands";
import type { Clock } from "@crossdock/runtime";
import type { TaxAnswer, TaxDraft } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";
import { sendTax, taxOf, type BillData, type TaxSendingDeps } from "./tax-sending.ts";

/** Has the tax source record what is due on a bill that went out with an estimate: as of the day of that bill. */
export function handleTrueUpTax(deps: TaxSendingDeps & { readonly clock: Clock }): CommandHandler {
  const { tax, clock } = deps;
  return defineSending<BillData, TaxDraft, TaxAnswer>(trueUpTax, {
    ...sendTax(deps, ({ data, acceptedAt }, { invoices }) => {
      const bill = invoices.find(({ number }) => number === data.number);
      return bill?.requestedAt ?? acceptedAt;
    }),
    done: (answer, { data: { orderId, number } }) => {
      const stamp = { at: clock.now(), source: tax.name };
      const event = { kind: "taxTruedUp", number, tax: taxOf(answer), ...stamp } as const;
      return { typename: "Order", id: orderId, orders: [{ orderId, event }] };
    },
  });
}
