import {
  parseCustomerNumber,
  parseDecimal,
  TAX_WHEN_AWAY,
  type BillingPolicy,
} from "@crossdock/domain";
import { z } from "zod";

const share = z
  .string()
  .regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'it must be a part of one, as in "0.02"')
  .transform((raw) => parseDecimal(raw));
const amount = z
  .string()
  .regex(/^\d{1,9}(\.\d{1,6})?$/, 'it must be an amount, as in "0.05"')
  .transform((raw) => parseDecimal(raw));
const MAX_ESTIMATE_SECONDS = 86_400;
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
    /** A bill while the tax source does not answer: it waits, or goes out by the rates that were last told. */
    taxWhenAway: z.enum(TAX_WHEN_AWAY).default("hold"),
    /** So long it waits before it is estimated. */
    estimateAfterSeconds: z.number().min(0).max(MAX_ESTIMATE_SECONDS).default(60),
    /** A difference between an estimate and what is due that is let be, in the bill's currency. */
    taxTolerance: amount.default(parseDecimal("0.01")),
  })
  .prefault({}) satisfies z.ZodType<BillingPolicy>;
