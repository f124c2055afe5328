import {
  addMoney,
  parseCurrencyCode,
  ZERO,
  type AgingBucket,
  type CurrencyCode,
  type CustomerNumber,
  type LocalDate,
  type Money,
  type Receivables,
} from "@crossdock/domain";
import type { ReceivablesReader } from "@crossdock/source-contract";
import { decimalField } from "@crossdock/source-http";
import { z } from "zod";
import type { ContactDirectory } from "./contact-directory.ts";
import { toKeyLists } from "./key-lists.ts";
import { dateField, moneyOf } from "./wire-values.ts";
import type { XeroClient } from "./xero-client.ts";

/** Days past due, youngest first. What is not due yet is in the first. */
const AGES: readonly Pick<AgingBucket, "fromDays" | "toDays">[] = [
  { fromDays: 0, toDays: 0 },
  { fromDays: 1, toDays: 30 },
  { fromDays: 31, toDays: 60 },
  { fromDays: 61, toDays: 90 },
  { fromDays: 91, toDays: null },
];
const DAY_MS = 86_400_000;

const contactBalance = z.object({
  ContactID: z.string(),
  DefaultCurrency: z.string().nullish(),
  Balances: z.object({ AccountsReceivable: z.object({ Outstanding: decimalField }) }).nullish(),
});
const openInvoice = z.object({
  Contact: z.object({ ContactID: z.string() }),
  CurrencyCode: z.string(),
  AmountDue: decimalField,
  DueDate: dateField.nullish(),
});
type OpenInvoice = z.infer<typeof openInvoice>;

type ReaderDeps = {
  readonly client: XeroClient;
  readonly directory: ContactDirectory;
  /** Of contacts that have none of their own. */
  readonly baseCurrency: CurrencyCode;
};

/**
 * The balance is the vendor's own, with credit that is not applied yet; what is overdue and how old
 * it is comes from the open invoices. So the ages add up to the balance plus that credit. Invoices
 * in another currency than the customer's are in the balance alone, as the vendor has it.
 */
export function createReceivablesReader(deps: ReaderDeps): ReceivablesReader {
  const { client, directory, baseCurrency } = deps;
  return {
    async readReceivables(customerNumbers, on, signal) {
      const ids = await directory.idsOf(customerNumbers, signal);
      const wanted = customerNumbers.flatMap((number) => ids.get(number) ?? []);
      const lists = toKeyLists(wanted);
      const [contacts, invoices] = await Promise.all([
        Promise.all(lists.map((list) => readBalances(client, list, signal))),
        Promise.all(lists.map((list) => readOpenInvoices(client, list, signal))),
      ]);
      const balanceById = new Map(contacts.flat().map((contact) => [contact.ContactID, contact]));
      const openById = groupByContact(invoices.flat());
      return customerNumbers.map((customerNumber) => {
        const id = ids.get(customerNumber);
        const contact = id === undefined ? undefined : balanceById.get(id);
        if (contact === undefined) return null;
        const currency = contact.DefaultCurrency
          ? parseCurrencyCode(contact.DefaultCurrency)
          : baseCurrency;
        const outstanding = contact.Balances?.AccountsReceivable.Outstanding ?? ZERO;
        const open = openById.get(contact.ContactID) ?? [];
        return toReceivables(customerNumber, moneyOf(outstanding, currency), open, on);
      });
    },
  };
}

function readBalances(client: XeroClient, list: string, signal: AbortSignal) {
  const query = { IDs: list, includeArchived: "true" };
  return client.getAll({ path: "/Contacts", query, row: contactBalance }, signal);
}

function readOpenInvoices(client: XeroClient, list: string, signal: AbortSignal) {
  const query = {
    ContactIDs: list,
    Statuses: "AUTHORISED",
    where: 'Type=="ACCREC"',
    summaryOnly: "true",
  };
  return client.getAll({ path: "/Invoices", query, row: openInvoice }, signal);
}

function toReceivables(
  customerNumber: CustomerNumber,
  balance: Money,
  open: readonly OpenInvoice[],
  on: LocalDate,
): Receivables {
  const { currency } = balance;
  const dues = open
    .filter((invoice) => invoice.CurrencyCode === currency)
    .map((invoice) => ({
      amount: moneyOf(invoice.AmountDue, currency),
      daysPastDue: invoice.DueDate ? daysBetween(invoice.DueDate, on) : 0,
    }));
  const sum = (least: number, most: number | null) =>
    addMoney(
      moneyOf(ZERO, currency),
      ...dues
        .filter(({ daysPastDue: days }) => days >= least && (most === null || days <= most))
        .map(({ amount }) => amount),
    );
  const aged = (amount: Money) => moneyOf(amount.amount, currency);
  return {
    customerNumber,
    balance,
    overdue: aged(sum(1, null)),
    aging: AGES.map((age, at) => ({
      ...age,
      amount: aged(sum(at === 0 ? Number.NEGATIVE_INFINITY : age.fromDays, age.toDays)),
    })),
  };
}

/** Negative before the due date. */
function daysBetween(dueOn: LocalDate, on: LocalDate): number {
  return Math.round((Date.parse(on) - Date.parse(dueOn)) / DAY_MS);
}

function groupByContact(invoices: readonly OpenInvoice[]): Map<string, OpenInvoice[]> {
  const groups = new Map<string, OpenInvoice[]>();
  for (const invoice of invoices) {
    const group = groups.get(invoice.Contact.ContactID) ?? [];
    group.push(invoice);
    groups.set(invoice.Contact.ContactID, group);
  }
  return groups;
}
