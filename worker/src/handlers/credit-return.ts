import {
  creditReturn,
  reject,
  type Command,
  type CommandHandler,
  type Outcome,
} from "@crossdock/commands";
import {
  acceptedOf,
  creditLinesOf,
  dateOf,
  isPositive,
  parcelName,
  type CreditMemoDraft,
  type Invoice,
  type InvoiceNumber,
} from "@crossdock/domain";
import {
  invoiceChangedEvent,
  type CreditMemoBook,
  type OrderBook,
  type OrderRecord,
  type ReturnBook,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { FinanceSystem, IssuedCredit } from "@crossdock/source-contract";
import { NotBilledYetError } from "./not-billed-yet-error.ts";
import { parcelOfCommand, unknownParcel, type ParcelData } from "./parcel-of-command.ts";
import { defineSending } from "./sending.ts";

type Credit = CreditMemoDraft & { readonly invoice: Invoice; readonly order: OrderRecord };

/**
 * Credits what was accepted of a parcel, on the invoice that billed its shipment, at the prices that were billed. Finance
 * is asked for the invoice first, for it does not judge a credit itself; what is owed is written down under its number before it
 * is sent.
 */
export function handleCreditReturn(deps: {
  readonly finance: FinanceSystem;
  readonly orderBook: OrderBook;
  readonly returnBook: ReturnBook;
  readonly creditMemoBook: CreditMemoBook;
  readonly clock: Clock;
}): CommandHandler {
  const { finance, orderBook, returnBook, creditMemoBook, clock } = deps;
  const { creditMemos } = finance;

  const draftOf = async (
    { id: commandId, data, acceptedAt }: Command<ParcelData>,
    signal: AbortSignal,
  ): Promise<Credit | Outcome> => {
    const found = await parcelOfCommand(data, returnBook);
    if (found === null) return reject(unknownParcel(data));
    const { of, parcel } = found;
    const [order = null] = await orderBook.readOrders([of.orderId]);
    const state = order?.state ?? null;
    if (order === null || state?.number == null) return reject(NOT_OURS);
    const billed = state.shipments.find(({ id }) => id === parcel.shipmentId)?.invoiceNumber;
    if (billed == null) throw new NotBilledYetError(finance.name, parcel.shipmentId);
    const [invoice = null] = await finance.invoices.readInvoicesByNumber([billed], signal);
    if (invoice === null || invoice.status === "DRAFT") {
      throw new NotBilledYetError(finance.name, billed);
    }
    const lines = creditLinesOf(acceptedOf(parcel, of.terms), invoice, {
      number: state.number,
      draft: state.draft,
    });
    if (lines === null) return reject(notOnInvoice(billed));
    const reason = `Return ${parcelName(of.number, parcel.number)}`;
    const issuedOn = dateOf(acceptedAt);
    const claimed = await creditMemoBook.claimCredit({
      commandId,
      invoice,
      lines,
      reason,
      issuedOn,
    });
    if (claimed.kind === "refused") return reject(claimed);
    return { ...claimed.draft, invoice, order };
  };

  return defineSending<ParcelData, Credit, IssuedCredit>(creditReturn, {
    writer: creditMemos,
    draftOf,
    find: (draft, signal) => creditMemos.findCreditMemo(draft, signal),
    create: (draft, { id }, signal) => creditMemos.issueCreditMemo(draft, id, signal),
    done: ({ memo, applied }, { data: { returnId, parcel } }, { number, invoice, order }) => {
      const { id: invoiceId, number: invoiceNumber, orderNumbers, customerNumber } = invoice;
      const at = clock.now();
      const issued = {
        id: memo.id,
        number,
        invoiceId,
        invoiceNumber: invoiceNumber ?? ("" as InvoiceNumber),
        total: memo.total,
        applied,
      };
      const event = { kind: "credited", parcel, memo: issued, at, source: finance.name } as const;
      return {
        typename: "CreditMemo",
        id: memo.id,
        returns: [{ returnId, event }],
        // What is applied changes the invoice, and finance's own feed tells of that.
        events: isPositive(applied.amount)
          ? []
          : [
              invoiceChangedEvent({
                invoiceId,
                invoiceNumber,
                change: "CREDITED",
                status: invoice.status,
                orderNumbers: [...orderNumbers],
                orderIds: [order.id],
                customerNumber,
                at,
              }),
            ],
      };
    },
  });
}

const NOT_OURS = {
  code: "UNKNOWN_INVOICE",
  message:
    "The order was entered in the ERP, and which invoice billed its goods is not known here. Issue the credit in finance.",
};

function notOnInvoice(number: InvoiceNumber) {
  const message = `Goods that came back are not on invoice ${number}: issue the credit in finance.`;
  return { code: "UNKNOWN_LINE", message };
}
