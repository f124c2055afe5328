import { NotFoundError } from "@crossdock/subgraph-kit";
import type { ShipmentEventResolvers } from "../../generated/resolvers.ts";

export const ShipmentEvent: ShipmentEventResolvers = {
  // The book was written before the event: asking the warehouse for every subscriber would tell no more.
  shipment: async ({ shipmentId }, _args, { loaders }) => {
    const shipment = await loaders.shipmentInBook.load(shipmentId);
    if (shipment === null) throw new NotFoundError("This shipment is not there any more.");
    return shipment;
  },
};
