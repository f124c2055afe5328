import type { CancelShipmentPayloadResolvers } from "../../generated/resolvers.ts";

export const CancelShipmentPayload: CancelShipmentPayloadResolvers = {
  // Read anew: it was judged before the command, which may have cancelled it while we waited.
  shipment: ({ shipmentId }, _args, { loaders }) =>
    shipmentId === null ? null : loaders.shipmentById.clear(shipmentId).load(shipmentId),
};
