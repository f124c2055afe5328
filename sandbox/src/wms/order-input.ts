import { z } from "zod";

const INT32_MAX = 2_147_483_647;
const int32 = z.int().max(INT32_MAX);
const text = z.string().min(1);
const optionalText = z.string().nullish();

/** The body of `POST order`. Quantities are whole: the vendor's are int32. */
export const orderInput = z.object({
  reference_id: text.max(300),
  order_number: optionalText,
  shipping_method: text,
  type: z.enum(["DTC", "DropShip", "B2B"]),
  location_id: int32.nullish(),
  purchase_date: optionalText,
  requested_delivery_date: optionalText,
  recipient: z.object({
    name: text,
    email: optionalText,
    phone_number: optionalText,
    address: z.object({
      address1: text,
      address2: optionalText,
      company_name: optionalText,
      city: text,
      state: optionalText,
      zip_code: optionalText,
      country: text,
    }),
  }),
  products: z
    .array(
      z.object({
        reference_id: text,
        name: text,
        quantity: int32.min(1),
        sku: optionalText,
        gtin: optionalText,
        upc: optionalText,
        unit_price: z.number().nullish(),
        quantity_unit_of_measure_code: optionalText,
        external_line_id: int32.nullish(),
      }),
    )
    .min(1),
  shipping_terms: z
    .object({
      carrier_type: z.enum(["Parcel", "Freight"]),
      payment_term: z.enum(["Collect", "ThirdParty", "Prepaid", "MerchantResponsible"]).nullish(),
    })
    .nullish(),
  tags: z.array(z.object({ name: text, value: z.string() })).nullish(),
  retailer_program_data: z.record(z.string(), z.unknown()).nullish(),
  gift_message: z.string().max(500).nullish(),
});
export type OrderInput = z.infer<typeof orderInput>;
