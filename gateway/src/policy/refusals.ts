import type { Viewer } from "@crossdock/domain";
import type { Logger } from "@crossdock/runtime";
import { LRUCache } from "lru-cache";
import { chainOf } from "../errors/public-error.ts";
import { LIMIT_NAMES } from "../errors/limit-errors.ts";
import type { LimitName } from "../errors/limit-errors.ts";
import type { GatewayMetrics } from "../metrics.ts";
import type { GatewayRequest } from "../request.ts";

/** Keeps account of what was refused because of a limit, and to whom. */
export interface Refusals {
  /** Counts the limits that are among the errors; each is logged for a client once in ten seconds. */
  note(
    errors: readonly unknown[],
    request: Pick<GatewayRequest, "viewer" | "correlationId">,
    operationName: string | null,
  ): void;
}

/** A client that goes on and on does not fill the log. */
const LOG_AGAIN_MS = 10_000;
const MAX_LOGGED = 10_000;

export function createRefusals(metrics: GatewayMetrics, logger: Logger): Refusals {
  const logged = new LRUCache<string, true>({ max: MAX_LOGGED, ttl: LOG_AGAIN_MS });

  function log(limit: LimitName, viewer: Viewer | null, details: object): void {
    const client = viewer?.clientId ?? null;
    const key = JSON.stringify([client, limit]);
    if (logged.has(key)) return;
    logged.set(key, true);
    logger.info({ client, limit, ...details }, "an operation was refused: it is over a limit");
  }

  return {
    note: (errors, { viewer, correlationId }, operation) => {
      for (const error of errors) {
        const limit = limitOf(error);
        if (limit === undefined) continue;
        metrics.operationRefused(limit);
        log(limit, viewer, { correlationId, operation });
      }
    },
  };
}

function limitOf(error: unknown): LimitName | undefined {
  const named = chainOf(error).map(
    (link) => (link as { readonly extensions?: { readonly limit?: unknown } }).extensions?.limit,
  );
  return LIMIT_NAMES.find((name) => named.includes(name));
}
