import { ERROR_CLASSES, EXCEPTION_OWNERS } from "@crossdock/domain";
import { z } from "zod";
import { reconciliationSettings } from "./reconciliation-settings.ts";
import { syntheticSettings } from "./synthetic-settings.ts";
import { thresholdSettings } from "./threshold-settings.ts";
import { telemetrySettings } from "./telemetry-settings.ts";
import { webhookSettings } from "./webhook-settings.ts";

const MAX_MINUTES = 30 * 24 * 60;
const MAX_VERIFY_MINUTES = 24 * 60;
const minutes = z.int().positive().max(MAX_MINUTES);

/** `operations`: what the distributor's own people agree among themselves; what is left out is as it was without. */
export const operationsSettings = z
  .strictObject({
    /** Minutes from when an exception is opened until it should be dealt with: by its code, else its owner, else its class. */
    sla: z
      .strictObject({
        codes: z.record(z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/), minutes).default({}),
        owners: z.partialRecord(z.enum(EXCEPTION_OWNERS), minutes).default({}),
        classes: z.partialRecord(z.enum(ERROR_CLASSES), minutes).default({}),
      })
      .prefault({}),
    reconciliation: reconciliationSettings,
    synthetic: syntheticSettings,
    thresholds: thresholdSettings,
    telemetry: telemetrySettings,
    webhooks: webhookSettings,
    /** How often the whole audit journal is verified by itself. */
    audit: z
      .strictObject({ verifyMinutes: z.number().positive().max(MAX_VERIFY_MINUTES).default(15) })
      .prefault({}),
  })
  .prefault({});

export type OperationsSettings = z.output<typeof operationsSettings>;
