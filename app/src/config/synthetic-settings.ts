import {
  compareDecimals,
  parseCustomerNumber,
  parseDecimal,
  parseSku,
  parseWarehouseCode,
  ZERO,
} from "@crossdock/domain";
import { z } from "zod";

const MS_OF: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000 };
const MIN_EVERY_MS = 10_000;
const MAX_EVERY_MS = 86_400_000;
const DEFAULT_PATIENCE_SECONDS = 120;
const MAX_PATIENCE_SECONDS = 3_600;

const every = z
  .string()
  .regex(/^\d{1,5}[smh]$/, "it must be like 30s, 5m or 1h")
  .transform((text) => Number(text.slice(0, -1)) * (MS_OF[text.slice(-1)] ?? Number.NaN))
  .refine((ms) => ms >= MIN_EVERY_MS && ms <= MAX_EVERY_MS, "it must be 10s to 24h");
const pieces = z
  .string()
  .regex(/^\d{1,9}$/, "it must be a whole number of base units")
  .transform((text) => parseDecimal(text))
  .refine((value) => compareDecimals(value, ZERO) > 0, "it must be more than zero");

/** `operations.synthetic`: orders that only find out whether the path of an order works; none when left out. */
export const syntheticSettings = z
  .strictObject({
    /** From the beginning of one to that of the next. */
    every,
    /** Best an account of your own, of which nobody else sees the orders. */
    customerNumber: z.string().transform((text) => parseCustomerNumber(text)),
    sku: z.string().transform((text) => parseSku(text)),
    warehouse: z.string().transform((text) => parseWarehouseCode(text)),
    /** How far it goes before it is taken back: into the ERP, or also into the warehouse. */
    until: z.enum(["CONFIRMED", "RELEASED"]),
    quantity: pieces.default(parseDecimal("1")),
    /** With less to promise there nothing is ordered: what is left is for real orders. */
    minimumStock: pieces.default(parseDecimal("20")),
    /** How long each stage may take. */
    patienceSeconds: z
      .number()
      .positive()
      .max(MAX_PATIENCE_SECONDS)
      .default(DEFAULT_PATIENCE_SECONDS),
  })
  .optional();

export type SyntheticSettings = NonNullable<z.output<typeof syntheticSettings>>;
