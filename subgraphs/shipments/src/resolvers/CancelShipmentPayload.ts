import { shipmentSubject } from "@crossdock/domain";
import type { CancelShipmentPayloadResolvers } from "../../generated/resolvers.ts";

export const CancelShipmentPayload: CancelShipmentPayloadResolvers = {
  // Read anew: it was judged before the command, which may have cancelled it while we waited.
  shipment: ({ shipmentId }, _args, { loaders, deps: { readCache } }) => {
    if (shipmentId === null) return null;
    readCache.expire([shipmentSubject(shipmentId)]);
    return loaders.shipmentAsNow.clear(shipmentId).load(shipmentId);
  },
};
