import {
  parseCurrencyCode,
  parseCustomerNumber,
  type Customer,
  type Invoice,
  type Receivables,
} from "@crossdock/domain";
import { SourceUnavailableError } from "@crossdock/source-contract";
import { usd } from "./documents.ts";

/** An ERP and a finance system that keep their documents in memory and count their calls. */
export function createSources() {
  const invoices = new Map<string, Invoice>();
  const calls: string[] = [];
  const down = new Set<"erp" | "finance">();
  const called = (source: "erp" | "finance", operation: string, keys: readonly unknown[]) => {
    calls.push(`${operation}(${String(keys.length)})`);
    if (down.has(source)) throw new SourceUnavailableError(source, operation, "connect refused");
  };
  const ports = {
    erp: {
      name: "erp",
      customers: {
        readCustomers: async (numbers: readonly string[]) => {
          called("erp", "readCustomers", numbers);
          return numbers.map(accountOf);
        },
        listCustomers: () => Promise.reject(new Error("Billing names the accounts it asks for.")),
      },
    },
    finance: {
      name: "finance",
      invoices: {
        readInvoices: async (ids: readonly string[]) => {
          called("finance", "readInvoices", ids);
          return ids.map((id) => invoices.get(id) ?? null);
        },
        readInvoicesByNumber: async (numbers: readonly string[]) => {
          called("finance", "readInvoicesByNumber", numbers);
          const all = [...invoices.values()];
          return numbers.map((number) => all.find((one) => one.number === number) ?? null);
        },
      },
      receivables: {
        readReceivables: async (numbers: readonly string[]) => {
          called("finance", "readReceivables", numbers);
          return numbers.map(receivablesOf);
        },
      },
    },
  };
  return { invoices, calls, down, ports };
}

function accountOf(number: string): Customer | null {
  if (number === "C99999") return null;
  return {
    number: parseCustomerNumber(number),
    name: number,
    status: "ACTIVE",
    currency: parseCurrencyCode("USD"),
    priceGroup: null,
    creditLimit: number === "C10030" ? null : usd("1000"),
    shipToAddresses: [],
  };
}

/** C10010 owes; nobody else is known to finance. */
function receivablesOf(number: string): Receivables | null {
  if (number !== "C10010") return null;
  return {
    customerNumber: parseCustomerNumber(number),
    balance: usd("1200.50"),
    overdue: usd("200.50"),
    aging: [
      { fromDays: 0, toDays: 0, amount: usd("1000") },
      { fromDays: 1, toDays: null, amount: usd("200.50") },
    ],
  };
}
