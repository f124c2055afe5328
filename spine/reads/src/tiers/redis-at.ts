import type { Logger } from "@crossdock/runtime";
import type { RedisTier } from "./redis-tier.ts";

/** Connects in the background; see `createRedisTier`. */
export type OpenTier = (logger: Logger) => RedisTier;

/** Loads the client of Redis: six hundred modules, which a program that has none starts without. */
export async function redisAt(redisUrl: string): Promise<OpenTier> {
  const { createRedisTier } = await import("./redis-tier.ts");
  return (logger) => createRedisTier(redisUrl, logger);
}
