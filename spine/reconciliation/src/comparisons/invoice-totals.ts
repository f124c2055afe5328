import {
  compareInvoice,
  dateOf,
  instantOf,
  invoiceDraftOf,
  parseInvoiceId,
  type Difference,
  type Invoice,
  type InvoiceDraft,
  type OrderNumber,
} from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { z } from "zod";
import type { Comparison } from "../comparison.ts";
import { countInvoices } from "../walks.ts";
import { toldInvoices } from "./billing.ts";
import { DAY_MS, type ComparisonDeps } from "./deps.ts";

const position = z.object({ after: z.string() }).nullable();

/** Finance's bills and what was agreed and shipped, line by line; then our copies of them. */
export function compareInvoices(deps: ComparisonDeps): Comparison {
  const { finance, ledger, clock, settings } = deps;
  const since = instantOf(new Date(clock.nowMs() - settings.days * DAY_MS));
  return {
    scope: "INVOICE_TOTALS",
    count: () => countInvoices(ledger, dateOf(since)),
    async nextPage(raw, signal) {
      const after = position.parse(raw)?.after ?? null;
      const page = await finance.invoices.listChangedInvoices({ since, after }, signal);
      const differences = await differencesOf(deps, page.items);
      return {
        compared: page.items.length,
        suspects: differences.map(({ key }) => key),
        next: page.next === null ? null : { after: page.next },
      };
    },
    async look(keys, signal) {
      const found = await finance.invoices.readInvoices(
        keys.map((key) => parseInvoiceId(key)),
        signal,
      );
      return differencesOf(
        deps,
        found.filter((bill) => bill !== null),
      );
    },
  };
}

async function differencesOf(
  deps: ComparisonDeps,
  bills: readonly Invoice[],
): Promise<readonly Difference[]> {
  const numbers = [...new Set(bills.flatMap(({ orderNumbers }) => orderNumbers))];
  const records = numbers.length === 0 ? [] : await deps.orderBook.readOrdersByNumber(numbers);
  const byNumber = new Map(numbers.map((number, at) => [number, records[at] ?? null]));
  const told = await toldInvoices(deps, bills);
  return bills.flatMap((invoice) => {
    const record = recordOf(invoice, byNumber);
    const compared = {
      invoice,
      draft: record === null ? null : draftOf(record, invoice),
      agreed:
        record === null ? [] : (record.state?.draft.lines ?? record.source?.order.lines ?? []),
      told: told.get(invoice.id) ?? null,
    };
    return compareInvoice(compared, { finance: deps.finance.name }) ?? [];
  });
}

function recordOf(
  { orderNumbers }: Invoice,
  byNumber: ReadonlyMap<OrderNumber, OrderRecord | null>,
): OrderRecord | null {
  const [number, ...others] = orderNumbers;
  return number === undefined || others.length > 0 ? null : (byNumber.get(number) ?? null);
}

/** The bill as it had to be, when it is one that we asked for. */
function draftOf({ state }: OrderRecord, { number, issuedOn }: Invoice): InvoiceDraft | null {
  const bill = state?.invoices.find((each) => each.number === number) ?? null;
  if (state === null || bill?.shipmentId == null || issuedOn === null) return null;
  return invoiceDraftOf(state, bill.shipmentId, bill.number, issuedOn);
}
