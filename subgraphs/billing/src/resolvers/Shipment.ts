import { parseShipmentId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { ShipmentResolvers } from "../../generated/resolvers.ts";
import { shipmentBillingOf } from "../shipment-billing.ts";

export const Shipment: ShipmentResolvers = {
  // Only the name is echoed: a shipment that is not known here, or not the viewer's, has no bills.
  __resolveReference: ({ id }) => {
    const parsed = idOrNull(parseShipmentId, id);
    return parsed === null ? null : { id: parsed };
  },
  invoices: async ({ id }, _args, { loaders }) => {
    const record = await loaders.shipmentRecord.load(id);
    const orders = await Promise.all(
      (record?.shipment.orderNumbers ?? []).map((number) => loaders.orderByNumber.load(number)),
    );
    const known = orders.filter((order) => order !== null);
    const invoices = await Promise.all(
      known.map(async (order) => {
        const all = (await loaders.invoicesOfOrder.load(order)) ?? [];
        if (order.state === null) return all;
        const billed = order.state.shipments.find((shipment) => shipment.id === id);
        return all.filter(({ number }) => number === (billed?.invoiceNumber ?? null));
      }),
    );
    return [...new Map(invoices.flat().map((invoice) => [invoice.id, invoice])).values()];
  },
  billing: async ({ id }, _args, { loaders }) => {
    const record = await loaders.shipmentRecord.load(id);
    const orders = await Promise.all(
      (record?.shipment.orderNumbers ?? []).map((number) => loaders.orderByNumber.load(number)),
    );
    return orders.flatMap((order) => shipmentBillingOf(order?.state ?? null, id));
  },
};
