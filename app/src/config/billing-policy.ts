import { parseCustomerNumber, parseDecimal, type BillingPolicy } from "@crossdock/domain";
import { z } from "zod";

const share = z
  .string()
  .regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'it must be a part of one, as in "0.02"')
  .transform((raw) => parseDecimal(raw));
const MAX_ACCOUNTS = 10_000;

/** `policies.billing`: what stands between a shipment and its bill. Left out, nothing does. */
export const billingPolicy = z
  .strictObject({
    /** A line is billed while the ERP's price is no further from the order's, as a part of it; not compared when left out. */
    priceTolerance: share.nullable().default(null),
    /** A carrier's charge that is further from its quote, as a part of it, waits for a person. */
    freightTolerance: share.default(parseDecimal("0.1")),
    /** Accounts that are charged for the way; everybody else has it within the prices. */
    freightBilledTo: z
      .array(z.string().min(1).transform(parseCustomerNumber))
      .max(MAX_ACCOUNTS)
      .default([]),
    /** A bill of a period that finance has closed: it waits for a person, or takes the first day that is open. */
    closedPeriod: z.enum(["hold", "nextOpenDay"]).default("hold"),
  })
  .prefault({}) satisfies z.ZodType<BillingPolicy>;
