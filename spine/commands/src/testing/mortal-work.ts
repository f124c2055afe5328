import { openLedger } from "@crossdock/ledger";
import type { LedgerOptions } from "@crossdock/ledger";
import { openCommandQueues } from "../queues.ts";
import { documentHandler } from "./document-source.ts";
import { silent } from "./stand.ts";

/** What a process that is going to be killed, and its successor, work on. */
export type MortalWork = {
  readonly ledger: DistributiveOmit<LedgerOptions, "logger" | "onEnd">;
  readonly redis: { readonly url: string; readonly prefix: string } | null;
  readonly sourceUrl: string;
  readonly documents: readonly string[];
  readonly leaseMs: number;
  readonly lockMs: number;
};
/** Longer than the process lives. */
const ATTEMPT_MS = 60_000;
type DistributiveOmit<Union, Keys extends PropertyKey> = Union extends unknown
  ? Omit<Union, Keys>
  : never;

export async function startWork({ ledger: where, redis, sourceUrl, leaseMs, lockMs }: MortalWork) {
  const ledger = await openLedger({ ...where, logger: silent });
  await ledger.migrate();
  const queues = await openCommandQueues({
    ledger,
    redisUrl: redis?.url ?? null,
    ...(redis === null ? {} : { redisPrefix: redis.prefix }),
    lockMs,
    logger: silent,
  });
  const handlers = [documentHandler(sourceUrl)];
  return { ledger, queues, workerOptions: { handlers, leaseMs, attemptMs: ATTEMPT_MS } };
}
