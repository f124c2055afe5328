import type { Invoice, OrderNumber, Shipment } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import type { ComparisonDeps } from "./deps.ts";

/** What our books have of one order. */
export type OrderBooks = {
  readonly number: OrderNumber;
  readonly record: OrderRecord | null;
  readonly shipments: readonly Shipment[];
  readonly invoices: readonly Invoice[];
};

/** @param numbers at most 500, distinct @returns in their order */
export async function readOrderBooks(
  { orderBook, shipmentBook, invoiceBook }: ComparisonDeps,
  numbers: readonly OrderNumber[],
): Promise<readonly OrderBooks[]> {
  if (numbers.length === 0) return [];
  const [records, shipments, invoices] = await Promise.all([
    orderBook.readOrdersByNumber(numbers),
    shipmentBook.readShipmentsOfOrders(numbers),
    invoiceBook.readInvoicesOfOrders(numbers),
  ]);
  return numbers.map((number, at) => ({
    number,
    record: records[at] ?? null,
    shipments: (shipments[at] ?? []).map(({ shipment }) => shipment),
    invoices: (invoices[at] ?? []).map(({ invoice }) => invoice),
  }));
}
