import { orderSubject } from "@crossdock/domain";
import { z } from "zod";
import { defineCommand } from "../../definition.ts";
import { orderId, orderNumber, shipmentId } from "../fields.ts";

/** Tells the warehouse not to send a shipment; it must not overtake the other steps of its order. */
export const cancelShipment = defineCommand({
  type: "shipments.cancelShipment",
  version: 1,
  data: z.object({
    shipmentId,
    /** The first of the orders that it carries lines of; others hear of it by the warehouse's feed. */
    orderId,
    orderNumber,
    reason: z.string().nullable(),
  }),
  subjectOf: (data) => orderSubject(data.orderId),
  lane: "wms",
});
