import { parseDecimal, STOCK_OWNERSHIPS, type StockPolicy } from "@crossdock/domain";
import { z } from "zod";

/** Text, so that no digit is lost; a whole number may stand without quotes. */
const amount = z
  .union([z.string().regex(/^\d{1,9}(\.\d{1,6})?$/, "it must be a decimal"), z.int().nonnegative()])
  .transform((raw) => parseDecimal(String(raw)));
const share = z
  .string()
  .regex(/^(0(\.\d{1,6})?|1(\.0{1,6})?)$/, 'it must be a part of one, as in "0.02"')
  .transform((raw) => parseDecimal(raw));

/** `policies.stock`: what of the stock can be promised, and which counts a person looks at. Left out, all of it and none. */
export const stockPolicy = z
  .strictObject({
    /** By code; a warehouse that is not named holds the distributor's own stock, which can be promised. */
    warehouses: z
      .record(
        z.string().min(1),
        z.strictObject({
          ownership: z.enum(STOCK_OWNERSHIPS).default("OWN"),
          countsTowardsAtp: z.boolean().default(true),
        }),
      )
      .default({}),
    /** A count that is further from the books than either waits for an operator; every count is entered when left out. */
    countTolerance: z
      .strictObject({
        /** In base units. */
        units: amount,
        /** Of what the books say; only the units count when left out. */
        share: share.nullable().default(null),
      })
      .optional(),
  })
  .transform(({ warehouses, countTolerance = null }): StockPolicy => ({
    warehouses,
    countTolerance,
  }))
  .prefault({});
