import {
  DEFAULT_SOURCING_POLICY,
  MAX_WAREHOUSES_PER_ORDER,
  parseCustomerNumber,
  parseSku,
  SOURCING_RULES,
} from "@crossdock/domain";
import { z } from "zod";

const MAX_SUBSTITUTES = 10;
const MAX_RULES = 10_000;
const MAX_ACCOUNTS = 10_000;
const sku = z.string().min(1).transform(parseSku);
const fallback = DEFAULT_SOURCING_POLICY;

/** `policies.sourcing`: how orders are spread over warehouses. Left out, one warehouse sends the whole order. */
export const sourcingPolicy = z
  .strictObject({
    /** By name and version: orders keep the one that they were sourced by. */
    rule: z.enum(SOURCING_RULES).default(fallback.rule),
    /** 1 never splits an order. */
    maxWarehousesPerOrder: z
      .int()
      .positive()
      .max(MAX_WAREHOUSES_PER_ORDER)
      .default(fallback.maxWarehousesPerOrder),
    /** Whether one line may come from several of them. */
    splitLines: z.boolean().default(fallback.splitLines),
    /** What may stand in for what; a channel says whether it is offered (`policies.acceptance`). */
    substitutes: z
      .strictObject({
        rules: z
          .array(
            z.strictObject({
              sku,
              /** The better ones first. */
              by: z.array(sku).min(1).max(MAX_SUBSTITUTES),
              /** What it costs: as itself, or as what it stands in for. */
              price: z.enum(["OWN", "ORIGINAL"]).default("OWN"),
            }),
          )
          .max(MAX_RULES)
          .default([]),
        /** Accounts that take what they ordered or nothing. */
        refusedBy: z
          .array(z.string().min(1).transform(parseCustomerNumber))
          .max(MAX_ACCOUNTS)
          .default([]),
      })
      .prefault({}),
  })
  .prefault({});
