import { dateOf, type Invoice, type InvoiceId, type InvoiceNumber } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import type { InvoiceReader } from "@crossdock/source-contract";
import type { ContactDirectory } from "./contact-directory.ts";
import { invoiceDocument, isSalesInvoice, type InvoiceDocument } from "./invoice-document.ts";
import { toInvoice } from "./invoice-mapping.ts";
import { toKeyLists } from "./key-lists.ts";
import type { XeroClient } from "./xero-client.ts";

export type InvoiceDeps = {
  readonly client: XeroClient;
  readonly directory: ContactDirectory;
  readonly clock: Clock;
};

/** Unit amounts are cut to two decimals unless one asks for four. */
export const FINE_UNITS = { unitdp: "4" } as const;

export function createInvoiceReader(deps: InvoiceDeps): InvoiceReader {
  const read = async (
    parameter: "IDs" | "InvoiceNumbers",
    keys: readonly string[],
    signal: AbortSignal,
  ) => {
    const lists = toKeyLists(keys);
    const found = await Promise.all(
      lists.map((list) =>
        deps.client.getAll(
          { path: "/Invoices", query: { [parameter]: list, ...FINE_UNITS }, row: invoiceDocument },
          signal,
        ),
      ),
    );
    return toInvoices(found.flat(), deps, signal);
  };
  return {
    async readInvoices(ids, signal) {
      const found = await read("IDs", ids, signal);
      const byId = new Map<InvoiceId, Invoice>(found.map((invoice) => [invoice.id, invoice]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    async readInvoicesByNumber(numbers, signal) {
      const found = await read("InvoiceNumbers", numbers, signal);
      const byNumber = new Map<string, Invoice>();
      for (const invoice of found) {
        const key = keyOf(invoice.number);
        // A deleted draft gives its number free: the live document is the one that is meant.
        if (byNumber.get(key)?.status !== "VOID" && byNumber.has(key)) continue;
        byNumber.set(key, invoice);
      }
      return numbers.map((number) => byNumber.get(keyOf(number)) ?? null);
    },
  };
}

/** Sales invoices of numbered customers; what finance books for others is not ours to show. */
export async function toInvoices(
  documents: readonly InvoiceDocument[],
  { directory, clock }: InvoiceDeps,
  signal: AbortSignal,
): Promise<Invoice[]> {
  const sales = documents.filter(isSalesInvoice);
  if (sales.length === 0) return [];
  const contacts = sales.map(({ Contact }) => Contact.ContactID);
  const numbers = await directory.numbersOf(contacts, signal);
  const today = dateOf(clock.now());
  return sales.flatMap((document) => {
    const customerNumber = numbers.get(document.Contact.ContactID);
    return customerNumber === undefined ? [] : [toInvoice(document, customerNumber, today)];
  });
}

/** The vendor finds a number in any case. */
function keyOf(number: InvoiceNumber | null): string {
  return (number ?? "").toLowerCase();
}
