import type { OrderRecord } from "@crossdock/processes";
import type { Context } from "./context.ts";
import type { InvoiceView, ShipmentRef } from "./models.ts";

/**
 * What an invoice bills. Our process bills each shipment on its own and remembers which; of an
 * order that was born in the ERP all shipments are named that the book knows.
 */
export async function shipmentsOfInvoice(
  { number }: InvoiceView,
  orders: readonly OrderRecord[],
  { loaders }: Context,
): Promise<readonly ShipmentRef[]> {
  const found = await Promise.all(
    orders.map(async (order) => {
      if (order.state !== null) {
        return order.state.shipments.filter(({ invoiceNumber }) => invoiceNumber === number);
      }
      return order.number === null ? [] : loaders.shipmentIdsOfOrder.load(order.number);
    }),
  );
  const ids = found.flatMap((shipments) => (shipments ?? []).map(({ id }) => id));
  return [...new Set(ids)].map((id) => ({ id }));
}
