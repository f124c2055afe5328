import {
  DEFAULT_ACCEPTANCE_POLICY,
  DEFAULT_CHANNEL_RULES,
  MAX_ORDER_LINES,
  parseDecimal,
  SUBSTITUTION_MODES,
  type AcceptancePolicy,
  type ChannelRules,
} from "@crossdock/domain";
import { z } from "zod";

const MAX_NAME_CHARACTERS = 50;
const MAX_ITEMS = 10_000;
const MAX_RESERVED_HOURS = 720;

/** Text, so that no digit is lost; a whole number may stand without quotes. */
const amount = z
  .union([
    z.string().regex(/^\d{1,15}(\.\d{1,6})?$/, "it must be a decimal"),
    z.int().nonnegative(),
  ])
  .transform((raw) => parseDecimal(String(raw)));
const items = z.array(z.string().min(1)).max(MAX_ITEMS);
const refuseOrHold = z.enum(["refuse", "hold"]);
const cutOff = z.strictObject({
  time: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "it must be a time as in 15:30"),
  timeZone: z.string().refine(isTimeZone, "it must be a time zone as in America/New_York"),
});

const rules = z.strictObject({
  minimumOrderValue: amount.nullable().optional(),
  maximumLines: z.int().positive().max(MAX_ORDER_LINES).nullable().optional(),
  allowedItems: items.nullable().optional(),
  blockedItems: items.optional(),
  cutOff: cutOff.nullable().optional(),
  onCreditExceeded: refuseOrHold.optional(),
  onCustomerHold: refuseOrHold.optional(),
  approveAbove: amount.nullable().optional(),
  priceTolerance: z
    .strictObject({ amount: amount.prefault("0"), percent: amount.prefault("0") })
    .optional(),
  substitution: z.enum(SUBSTITUTION_MODES).optional(),
});

const fallback = DEFAULT_ACCEPTANCE_POLICY;

/** `policies.acceptance`: which orders are taken, which wait for a decision. What is left out is as it was without. */
export const acceptancePolicy = rules
  .extend({
    /** What each order keeps of these rules: their name and version. */
    version: z.string().min(1).max(MAX_NAME_CHARACTERS).default(fallback.version),
    /** What one channel has otherwise. */
    channels: z
      .strictObject({
        PORTAL: rules.optional(),
        MOBILE: rules.optional(),
        EDI: rules.optional(),
        SALES_REP: rules.optional(),
      })
      .default({}),
    autoRelease: z.boolean().default(fallback.autoRelease),
    reserveWhileHeld: z.boolean().default(fallback.reserveWhileHeld),
    reservedHours: z.number().positive().max(MAX_RESERVED_HOURS).default(fallback.reservedHours),
  })
  .transform((given): AcceptancePolicy => {
    const { version, channels, autoRelease, reserveWhileHeld, reservedHours, ...common } = given;
    return {
      version,
      rules: { ...DEFAULT_CHANNEL_RULES, ...told(common) },
      channels: Object.fromEntries(
        Object.entries(channels).map(([channel, own]) => [channel, told(own)]),
      ),
      autoRelease,
      reserveWhileHeld,
      reservedHours,
    };
  })
  .prefault({});

/** Without what was left out: that is as for every channel. */
function told(given: z.output<typeof rules> | undefined): Partial<ChannelRules> {
  return Object.fromEntries(Object.entries(given ?? {}).filter(([, value]) => value !== undefined));
}

function isTimeZone(raw: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: raw }).format(0) !== "";
  } catch {
    return false;
  }
}
