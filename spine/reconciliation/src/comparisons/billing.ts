import {
  compareBilling,
  compareDecimals,
  instantOf,
  parseOrderNumber,
  toBaseUom,
  type Difference,
  type Invoice,
  type InvoiceId,
  type MismatchRepair,
  type OrderNumber,
} from "@crossdock/domain";
import { z } from "zod";
import type { ComparedPage, Comparison } from "../comparison.ts";
import { countShipped, walkShippedOrders, type Place } from "../walks.ts";
import { DAY_MS, PAGE_KEYS, type ComparisonDeps } from "./deps.ts";
import { readOrderBooks, type OrderBooks } from "./order-books.ts";
import { productsOf } from "./under-way.ts";

/** First all that left, by our book; then all bills that finance has, also those that our book lacks. */
const position = z.discriminatedUnion("part", [
  z.object({
    part: z.literal("shipped"),
    after: z.object({ at: z.string(), id: z.string() }).nullable(),
  }),
  z.object({ part: z.literal("billed"), after: z.string().nullable() }),
]);

/** What has left the warehouses, and what finance has billed, order by order. */
export function compareBillings(deps: ComparisonDeps): Comparison {
  const { wms, finance, ledger, clock, settings } = deps;
  const since = instantOf(new Date(clock.nowMs() - settings.days * DAY_MS));
  /** Bills that finance's list has and our book does not, as far as this walk has met them. */
  const unknown = new Map<OrderNumber, Set<InvoiceId>>();

  /** From our books: what they agree on is not asked of anybody. */
  const nextShipped = async (after: Place | null): Promise<ComparedPage> => {
    const page = await walkShippedOrders(ledger, since, after, PAGE_KEYS);
    const next =
      page.next === null ? { part: "billed", after: null } : { part: "shipped", after: page.next };
    const differences = await differencesOf(deps, await readOrderBooks(deps, page.keys));
    return { compared: page.keys.length, suspects: differences.map(({ key }) => key), next };
  };

  const nextBilled = async (after: string | null, signal: AbortSignal): Promise<ComparedPage> => {
    const page = await finance.invoices.listChangedInvoices({ since, after }, signal);
    const bills = page.items.filter(({ orderNumbers }) => orderNumbers.length > 0);
    const known = await toldInvoices(deps, bills);
    const numbers = [...new Set(bills.flatMap(({ orderNumbers }) => orderNumbers))];
    // A bill of goods that never left is of no shipment.
    const differences = await differencesOf(deps, await readOrderBooks(deps, numbers));
    const suspects = new Set<string>(differences.map(({ key }) => key));
    for (const bill of bills) {
      const told = known.get(bill.id);
      if (told !== undefined && billsAlike(told, bill)) continue;
      for (const number of bill.orderNumbers) {
        suspects.add(number);
        if (told !== undefined) continue;
        unknown.set(number, (unknown.get(number) ?? new Set<InvoiceId>()).add(bill.id));
      }
    }
    const next = page.next === null ? null : { part: "billed", after: page.next };
    return { compared: 0, suspects: [...suspects], next };
  };

  return {
    scope: "SHIPPED_NOT_INVOICED",
    count: () => countShipped(ledger, since),
    nextPage(raw, signal) {
      const from = raw === null ? null : position.parse(raw);
      return from?.part === "billed"
        ? nextBilled(from.after, signal)
        : nextShipped(from?.after ?? null);
    },
    async look(keys, signal) {
      const numbers = keys.map((key) => parseOrderNumber(key));
      const told = await readOrderBooks(deps, numbers);
      const ids = new Set<InvoiceId>(told.flatMap(({ invoices }) => invoices.map(({ id }) => id)));
      for (const number of numbers) for (const id of unknown.get(number) ?? []) ids.add(id);
      const [shipments, bills] = await Promise.all([
        wms.shipments.readShipmentsOfOrders(numbers, signal),
        readBills(deps, [...ids], signal),
      ]);
      const now = told.map((order, at) => ({
        ...order,
        shipments: shipments[at] ?? [],
        invoices: bills.filter(({ orderNumbers }) => orderNumbers.includes(order.number)),
      }));
      return differencesOf(deps, now);
    },
  };
}

async function readBills(
  { finance }: ComparisonDeps,
  ids: readonly InvoiceId[],
  signal: AbortSignal,
): Promise<readonly Invoice[]> {
  const bills: Invoice[] = [];
  for (let at = 0; at < ids.length; at += PAGE_KEYS) {
    const found = await finance.invoices.readInvoices(ids.slice(at, at + PAGE_KEYS), signal);
    bills.push(...found.filter((bill) => bill !== null));
  }
  return bills;
}

export async function toldInvoices(
  { invoiceBook }: Pick<ComparisonDeps, "invoiceBook">,
  bills: readonly Invoice[],
): Promise<ReadonlyMap<InvoiceId, Invoice>> {
  if (bills.length === 0) return new Map();
  const records = await invoiceBook.readInvoices([...new Set(bills.map(({ id }) => id))]);
  return new Map(
    records.flatMap((record) => (record === null ? [] : [[record.invoice.id, record.invoice]])),
  );
}

/** Whether both bill the same goods, or both nothing. */
function billsAlike(one: Invoice, other: Invoice): boolean {
  const isLive = ({ status }: Invoice) => status !== "VOID" && status !== "DRAFT";
  if (isLive(one) !== isLive(other) || one.lines.length !== other.lines.length) return false;
  return one.lines.every(({ sku, quantity }, at) => {
    const line = other.lines[at];
    return (
      line?.sku === sku &&
      line.quantity.uom === quantity.uom &&
      compareDecimals(line.quantity.value, quantity.value) === 0
    );
  });
}

async function differencesOf(
  deps: ComparisonDeps,
  orders: readonly OrderBooks[],
): Promise<readonly Difference[]> {
  const skus = new Set(
    orders.flatMap(({ invoices }) =>
      invoices.flatMap(({ lines }) => lines.flatMap(({ sku }) => sku ?? [])),
    ),
  );
  const products = await productsOf(deps, [...skus]);
  const { clock, settings, wms, finance } = deps;
  const billedBy = instantOf(new Date(clock.nowMs() - settings.billedWithinMs));
  return orders.flatMap((order) => {
    const { record, number, shipments, invoices } = order;
    if (record === null) return [];
    const billing = {
      orderId: record.id,
      orderNumber: number,
      shipments,
      invoices,
      billedBy,
      toBase: (
        sku: Parameters<typeof products.get>[0],
        amount: Parameters<typeof toBaseUom>[1],
      ) => {
        const product = products.get(sku);
        return product === undefined ? null : toBaseUom(product, amount);
      },
      repair: repairOf(order),
    };
    return compareBilling(billing, { wms: wms.name, finance: finance.name }) ?? [];
  });
}

/** An order of ours that was not told of a shipment asks for its bill once it is. */
function repairOf({ record, number, shipments }: OrderBooks): MismatchRepair | null {
  const state = record?.state ?? null;
  if (state === null) return null;
  const isUntold = shipments.some(({ id, shippedAt, status }) => {
    if (shippedAt === null || status === "CANCELLED") return false;
    return (state.shipments.find((known) => known.id === id)?.invoiceNumber ?? null) === null;
  });
  return isUntold ? { kind: "tellOrder", sourceId: number } : null;
}
