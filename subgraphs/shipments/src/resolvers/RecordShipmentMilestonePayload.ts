import type { RecordShipmentMilestonePayloadResolvers } from "../../generated/resolvers.ts";

export const RecordShipmentMilestonePayload: RecordShipmentMilestonePayloadResolvers = {
  // The book has it, and carriers report many: the warehouse need not be asked for each.
  shipment: ({ shipmentId }, _args, { loaders }) =>
    shipmentId === null ? null : loaders.shipmentInBook.clear(shipmentId).load(shipmentId),
};
