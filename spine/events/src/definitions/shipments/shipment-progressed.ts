import {
  parseOrderId,
  parseOrderNumber,
  parseShipmentId,
  SHIPMENT_STATUSES,
  shipmentSubject,
} from "@crossdock/domain";
import { z } from "zod";
import { defineEvent } from "../../define-event.ts";

/** A shipment came to a status that it did not have before. The shipment book has it already. */
export const shipmentProgressed = defineEvent({
  type: "shipments.shipmentProgressed",
  version: 1,
  summary: "A shipment came to a status that it did not have before.",
  owner: "shipments",
  producer: "spine/processes/src/shipment-progress.ts",
  subjectKind: "shipment",
  data: z.object({
    shipmentId: z.string().transform(parseShipmentId),
    status: z.enum(SHIPMENT_STATUSES),
    orderNumbers: z.array(z.string().transform(parseOrderNumber)),
    /** Those of `orderNumbers` that the order book knows. */
    orderIds: z.array(z.string().transform(parseOrderId)),
  }),
  subjectOf: ({ shipmentId }) => shipmentSubject(shipmentId),
});
