import { reject, settleTax, type CommandHandler } from "@crossdock/commands";
import {
  addDays,
  dateOf,
  DEFAULT_PAYMENT_DAYS,
  isPositive,
  parseDecimal,
  parseInvoiceNumber,
  parseUomCode,
  quantity,
  subtractDecimals,
  ZERO,
  type CreditMemoDraft,
  type Instant,
  type InvoiceDraft,
  type InvoiceNumber,
  type Money,
  type OrderState,
} from "@crossdock/domain";
import type { OrderBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { FinanceSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";
import type { BillData } from "./tax-sending.ts";

type Draft =
  | { readonly kind: "credit"; readonly credit: CreditMemoDraft }
  | { readonly kind: "debit"; readonly debit: InvoiceDraft };

const ONE_PIECE = quantity(parseDecimal("1"), parseUomCode("EA"));
const DESCRIPTION = "Sales tax, as it was calculated after the invoice";

/** Credits what an estimated tax was too much, or bills what it was too little: under a number that finance takes once. */
export function handleSettleTax(deps: {
  readonly finance: Pick<FinanceSystem, "name" | "invoices" | "creditMemos">;
  readonly orderBook: Pick<OrderBook, "readOrders">;
  readonly clock: Clock;
}): CommandHandler {
  const { finance, orderBook, clock } = deps;
  const { invoices, creditMemos } = finance;
  return defineSending<BillData, Draft, { readonly documentNumber: string }>(settleTax, {
    writer: {
      idempotency: "native",
      settleMs: Math.max(invoices.settleMs, creditMemos.settleMs),
    },
    draftOf: async ({ data, acceptedAt }) => {
      const [record] = await orderBook.readOrders([data.orderId]);
      const draft = record?.state == null ? null : draftFor(record.state, data.number, acceptedAt);
      const message = `Bill ${data.number} has no tax to settle.`;
      return draft ?? reject({ code: "NOT_FOUND", message });
    },
    find: async (draft, signal) => {
      const found =
        draft.kind === "credit"
          ? await creditMemos.findCreditMemo(draft.credit, signal)
          : await invoices.findInvoice(draft.debit, signal);
      return found === null ? null : { documentNumber: numberOf(draft) };
    },
    create: async (draft, { id }, signal) => {
      const outcome =
        draft.kind === "credit"
          ? await creditMemos.issueCreditMemo(draft.credit, id, signal)
          : await invoices.createInvoice(draft.debit, id, signal);
      if (outcome.kind === "refused") return outcome;
      return { kind: "done", document: { documentNumber: numberOf(draft) } };
    },
    done: ({ documentNumber }, { data: { orderId, number } }) => {
      const stamp = { at: clock.now(), source: finance.name };
      const event = { kind: "taxSettled", number, documentNumber, ...stamp } as const;
      return { typename: "Order", id: orderId, orders: [{ orderId, event }] };
    },
  });
}

function numberOf(draft: Draft): string {
  return draft.kind === "credit" ? draft.credit.number : draft.debit.number;
}

/** @returns `null` where nothing is to be settled, or finance does not have the bill */
function draftFor(state: OrderState, billNumber: InvoiceNumber, acceptedAt: Instant): Draft | null {
  const bill = state.invoices.find((invoice) => invoice.number === billNumber);
  const difference = bill?.tax?.trueUp?.settlement?.difference ?? null;
  if (bill?.id == null || difference === null || state.number === null) return null;
  const { customerNumber, currency } = state.draft;
  const number = `${billNumber}-TAX`;
  const issuedOn = dateOf(acceptedAt);
  const common = { customerNumber, currency, issuedOn };
  if (isPositive(difference.amount)) {
    const debit: InvoiceDraft = {
      ...common,
      number: parseInvoiceNumber(number),
      orderNumber: state.number,
      dueOn: addDays(issuedOn, DEFAULT_PAYMENT_DAYS),
      lines: [],
      surcharge: { description: `${DESCRIPTION} ${billNumber}`, amount: difference },
    };
    return { kind: "debit", debit };
  }
  const credit: CreditMemoDraft = {
    ...common,
    number,
    invoiceId: bill.id,
    reason: DESCRIPTION,
    isTaxIncluded: true,
    lines: [
      {
        description: DESCRIPTION,
        sku: null,
        quantity: ONE_PIECE,
        unitPrice: { ...difference, amount: distanceOf(difference) },
      },
    ],
  };
  return { kind: "credit", credit };
}

function distanceOf({ amount }: Money) {
  return subtractDecimals(ZERO, amount);
}
