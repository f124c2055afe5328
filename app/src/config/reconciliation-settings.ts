import { whyNoSchedule } from "@crossdock/reconciliation/schedule";
import { z } from "zod";
import { SCOPE_NAMES, type ScopeName } from "./scope-names.ts";

const MAX_DAYS = 366;
const MAX_KEEP_DAYS = 3_650;
const MAX_HOURS = 24 * 31;

const cron = z.string().superRefine((expression, context) => {
  const reason = whyNoSchedule(expression);
  if (reason !== null) {
    context.addIssue({ code: "custom", message: `it is no cron expression: ${reason}` });
  }
});
const scopeName = z.enum(Object.keys(SCOPE_NAMES) as [ScopeName, ...ScopeName[]]);

/** `operations.reconciliation`: what is compared between the systems, and when; nothing by itself where it is left out. */
export const reconciliationSettings = z
  .strictObject({
    /** Cron expressions in UTC, e.g. `0 2 * * *`. */
    inventory: cron.optional(),
    billing: cron.optional(),
    totals: cron.optional(),
    status: cron.optional(),
    /** Orders and bills of so many days are compared, and older orders that are not over. */
    days: z.int().positive().max(MAX_DAYS).default(30),
    /** So long after it left a shipment may go without a bill. */
    billedWithinHours: z.number().nonnegative().max(MAX_HOURS).default(24),
    /** So long a comparison and what it found is kept. */
    keepDays: z.int().positive().max(MAX_KEEP_DAYS).default(400),
    /** Of these, what is safe to repair is repaired at the end of each run, without a person. */
    autoRepair: z.array(scopeName).default([]),
  })
  .prefault({});

export type ReconciliationSettings = z.output<typeof reconciliationSettings>;
