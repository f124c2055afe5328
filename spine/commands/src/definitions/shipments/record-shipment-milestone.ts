import { ROLES, SHIPMENT_STATUSES, shipmentSubject, type ShipmentReport } from "@crossdock/domain";
import { z } from "zod";
import { defineOwnCommand } from "../../definition.ts";
import { instant, shipmentId } from "../fields.ts";

/** Takes what a carrier or a warehouse reports into our own books: no source has a route for it. */
export const recordShipmentMilestone = defineOwnCommand({
  type: "shipments.recordShipmentMilestone",
  version: 1,
  data: z.object({
    shipmentId,
    status: z.enum(SHIPMENT_STATUSES),
    at: instant,
    trackingNumber: z.string().nullable(),
    note: z.string().nullable(),
    /** Both are missing in what an earlier version accepted. */
    receivedBy: z.string().nullable().default(null),
    estimatedDeliveryAt: instant.nullable().default(null),
    /** The role of who reports it. */
    source: z.enum(ROLES),
  }) satisfies z.ZodType<ShipmentReport>,
  subjectOf: (data) => shipmentSubject(data.shipmentId),
});
