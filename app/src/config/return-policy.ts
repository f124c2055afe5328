import { CAUTIOUS_RETURNS, parseDecimal, type ReturnPolicy } from "@crossdock/domain";
import { z } from "zod";

const MAX_DAYS = 3_650;

/** `policies.returns`: which returns are agreed to without a person, and what is paid for them. */
export const returnPolicy = z
  .strictObject({
    /** Without it a person decides on each. */
    autoApprove: z
      .strictObject({
        /** Text, so that no digit is lost; in the order's currency, without tax. */
        below: z
          .union([
            z.string().regex(/^\d{1,15}(\.\d{1,6})?$/, "it must be a decimal"),
            z.int().nonnegative(),
          ])
          .transform((raw) => parseDecimal(String(raw))),
        withinDays: z.int().positive().max(MAX_DAYS),
      })
      .optional(),
    creditScrapped: z.boolean().default(CAUTIOUS_RETURNS.creditScrapped),
    refund: z.boolean().default(CAUTIOUS_RETURNS.refund),
  })
  .transform(({ autoApprove, creditScrapped, refund }): ReturnPolicy => ({
    autoApprove: autoApprove ?? null,
    creditScrapped,
    refund,
  }))
  .prefault({});
