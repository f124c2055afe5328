import {
  DEFAULT_SOURCING_POLICY,
  MAX_WAREHOUSES_PER_ORDER,
  SOURCING_RULES,
} from "@crossdock/domain";
import { z } from "zod";

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
  })
  .prefault({});
