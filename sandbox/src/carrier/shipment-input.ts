import { z } from "zod";

const MAX_PARCELS = 100;
const MAX_CODES = 100;

const address = z.object({
  name: z.string().nullish(),
  company: z.string().nullish(),
  street1: z.string().nullish(),
  street2: z.string().nullish(),
  city: z.string().min(1),
  state: z.string().min(1),
  zip: z.string().min(1),
  country: z.string().default("US"),
});

const parcel = z.object({
  /** Ounces. */
  weight: z.coerce.number().positive(),
});

/** As far as the sandbox looks at it; the vendor takes more. */
const shipment = z.object({ to_address: address, from_address: address, parcel });
export type ShipmentInput = z.infer<typeof shipment>;

export const createShipment = z.object({ shipment });
export const createOrder = z.object({
  order: z.object({
    to_address: address,
    from_address: address,
    shipments: z.array(z.object({ parcel })).min(1).max(MAX_PARCELS),
  }),
});
export const retrieveBatch = z.object({
  tracking_codes: z.array(z.string()).min(1).max(MAX_CODES),
});
