import { decimalField, integerField } from "@crossdock/source-http";
import { z } from "zod";

/** The parts of the vendor's order that we read. Everything may be null there but the ids. */
const text = z.string().nullish();

const packed = z.object({
  reference_id: text,
  sku: text,
  inventory_items: z
    .array(
      z.object({
        quantity: decimalField,
        lot: text,
        serial_numbers: z.array(z.string()).nullish(),
      }),
    )
    .nullish(),
});

const measurements = z.object({ total_weight_oz: decimalField.nullish() }).nullish();

const shipment = z.object({
  id: integerField,
  order_id: integerField,
  status: z.string(),
  status_details: z
    .array(z.object({ name: text, description: text, inventory_id: integerField.nullish() }))
    .nullish(),
  location: z.object({ id: integerField }).nullish(),
  products: z.array(packed).nullish(),
  tracking: z
    .object({
      carrier: text,
      carrier_service: text,
      scac: text,
      tracking_number: text,
      tracking_url: text,
      shipping_date: text,
    })
    .nullish(),
  parent_cartons: z
    .array(
      z.object({
        cartons: z
          .array(
            z.object({
              id: integerField.nullish(),
              barcode: text,
              // Not documented of 2026-01: where it is missing, the shipment's number is all there is.
              tracking_number: text,
              measurements,
              carton_details: z.array(z.object({ products: z.array(packed).nullish() })).nullish(),
            }),
          )
          .nullish(),
      }),
    )
    .nullish(),
  created_date: text,
  actual_fulfillment_date: text,
  delivery_date: text,
  last_update_at: text,
});
export type ShipmentDocument = z.infer<typeof shipment>;
export type PackedProduct = z.infer<typeof packed>;

const orderedProduct = z.object({
  id: integerField.nullish(),
  reference_id: text,
  sku: text,
  quantity: decimalField.nullish(),
  external_line_id: integerField.nullish(),
});
export type OrderedProduct = z.infer<typeof orderedProduct>;

export const orderDocument = z.object({
  id: integerField,
  reference_id: z.string(),
  recipient: z
    .object({
      name: text,
      address: z
        .object({
          address1: text,
          address2: text,
          city: text,
          state: text,
          zip_code: text,
          country: text,
        })
        .nullish(),
    })
    .nullish(),
  products: z.array(orderedProduct).nullish(),
  created_date: text,
  shipments: z.array(shipment).nullish(),
});
export type OrderDocument = z.infer<typeof orderDocument>;

export const orderDocuments = z.array(orderDocument);
