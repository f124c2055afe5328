import { randomUUID } from "node:crypto";
import type { Ledger } from "@crossdock/ledger";
import { Redis } from "ioredis";
import { openCommandQueues } from "../queues.ts";
import { silent } from "./stand.ts";
import type { OpenedQueues } from "./stand.ts";

export async function openQueuesInLedger(ledger: Ledger): Promise<OpenedQueues> {
  const queues = await openCommandQueues({ ledger, redisUrl: null, logger: silent });
  return {
    queues,
    lose: async () => {
      await ledger.pool.query("truncate bullmq.job cascade");
    },
    close: () => queues.close(),
  };
}

/** @param redisUrl a server for tests alone: it is flushed */
export async function openQueuesInRedis(ledger: Ledger, redisUrl: string): Promise<OpenedQueues> {
  const redisPrefix = `{test-${randomUUID()}}`;
  const queues = await openCommandQueues({ ledger, redisUrl, redisPrefix, logger: silent });
  const redis = new Redis(redisUrl);
  return {
    queues,
    lose: async () => {
      await redis.flushall();
    },
    close: async () => {
      await queues.close();
      await redis.flushall();
      redis.disconnect();
    },
  };
}
