import type { Customer, Instant, PriceLine, Sku } from "@crossdock/domain";
import type { PriceBook } from "@crossdock/processes";
import type { ErpSystem } from "@crossdock/source-contract";
import type { BulkLoad } from "./bulk-load.ts";
import type { Remembered } from "./cached-read.ts";

/** Whose prices of what. No customer: prices for everyone. */
export type PriceLinesKey = { readonly customer: Customer | null; readonly sku: Sku };
type Lines = readonly PriceLine[];

/**
 * Everything that decides which lines hold. A contract price is nobody else's: it is kept under the account's
 * number, and an account that changes its price group has another key at once.
 */
export function priceLinesKeyOf({ customer, sku }: PriceLinesKey): string {
  return JSON.stringify([customer?.number ?? null, customer?.priceGroup ?? null, sku]);
}

/** One call per customer, whatever the number of products; a customer whose call fails, fails alone. */
export function priceLinesFrom({
  readPriceLines,
}: ErpSystem["prices"]): BulkLoad<PriceLinesKey, Lines> {
  return (keys, signal) =>
    perCustomer<Lines | Error>(keys, async (customer, skus) => {
      try {
        const lines = await readPriceLines({ customer, skus }, signal);
        return (sku) => lines.filter((line) => line.sku === sku);
      } catch (error) {
        if (error instanceof Error) return () => error;
        throw error;
      }
    });
}

/** As the ERP's price lists were copied; nothing before all of them were. */
export function priceLinesInBook(
  book: PriceBook,
): (keys: readonly PriceLinesKey[]) => Promise<readonly (Remembered<Lines> | null)[]> {
  return async (keys) => {
    if (!(await book.isLoaded())) return keys.map(() => null);
    return perCustomer(keys, async (customer, skus) => {
      const { lines, provenance } = await book.readPriceLines({ customer, skus });
      const seenAt: Instant = provenance.asOf;
      return (sku) => ({ document: lines.filter((line) => line.sku === sku), seenAt });
    });
  };
}

/** @param read what is known of a customer's products, by product */
async function perCustomer<Found>(
  keys: readonly PriceLinesKey[],
  read: (customer: Customer | null, skus: readonly Sku[]) => Promise<(sku: Sku) => Found>,
): Promise<readonly (Found | null)[]> {
  const accounts = new Map<string, { readonly customer: Customer | null; readonly skus: Sku[] }>();
  for (const { customer, sku } of keys) {
    const account = accounts.get(accountOf(customer));
    if (account === undefined) accounts.set(accountOf(customer), { customer, skus: [sku] });
    else account.skus.push(sku);
  }
  const foundOf = new Map(
    await Promise.all(
      [...accounts].map(
        async ([name, { customer, skus }]) => [name, await read(customer, skus)] as const,
      ),
    ),
  );
  return keys.map(({ customer, sku }) => foundOf.get(accountOf(customer))?.(sku) ?? null);
}

function accountOf(customer: Customer | null): string {
  return JSON.stringify([customer?.number ?? null, customer?.priceGroup ?? null]);
}
