import { z } from "zod";
import { invoiceNumber, orderId, shipmentId } from "../fields.ts";

/** Which bill a step of billing is about: that of one shipment of one order. */
export const billData = z.object({ orderId, shipmentId, number: invoiceNumber });
