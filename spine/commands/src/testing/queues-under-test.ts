import { randomUUID } from "node:crypto";
import type { Ledger } from "@crossdock/ledger";
import { createPostgresBackend, Queue, withBackend, Worker } from "bullmq";
import type { PgPool } from "bullmq";
import { Redis } from "ioredis";
import type { JobData } from "../queue-engine.ts";
import { openCommandQueues } from "../queues.ts";
import type { CommandQueues } from "../queues.ts";
import { silent } from "./stand.ts";

/** A queue of the store under test. */
export type OpenedQueues = {
  readonly queues: CommandQueues;
  /** Everything in the queue is gone, as after a crash of Redis without a log. */
  readonly lose: () => Promise<void>;
  /** Commands that jobs of the ERP's lane hold. */
  readonly size: () => Promise<number>;
  /** Leaves a failed job of that id behind, in the lane of the warehouse. */
  readonly failJob: (id: string) => Promise<void>;
  readonly close: () => Promise<void>;
};

const ERP_QUEUE = "commands-erp";
const WMS_QUEUE = "commands-wms";

export async function openQueuesInLedger(ledger: Ledger): Promise<OpenedQueues> {
  const queues = await openCommandQueues({ ledger, redisUrl: null, logger: silent });
  const OnPostgres = withBackend(createPostgresBackend);
  const connection = ledger.pool as unknown as PgPool;
  return {
    queues,
    lose: async () => {
      await ledger.pool.query("truncate bullmq.job cascade");
    },
    size: async () => {
      const { rows } = await ledger.pool.query<{ count: number }>(
        `select count(*)::int from bullmq.job, jsonb_array_elements(data -> 'ids')
         where queue = $1`,
        [ERP_QUEUE],
      );
      return rows[0]?.count ?? 0;
    },
    failJob: (id) =>
      fail(
        id,
        new OnPostgres.Queue(WMS_QUEUE, { connection }),
        (process) => new OnPostgres.Worker(WMS_QUEUE, process, { connection }),
      ),
    close: () => queues.close(),
  };
}

/** @param redisUrl a server for tests alone: it is flushed */
export async function openQueuesInRedis(ledger: Ledger, redisUrl: string): Promise<OpenedQueues> {
  const prefix = `{test-${randomUUID()}}`;
  const queues = await openCommandQueues({
    ledger,
    redisUrl,
    redisPrefix: prefix,
    logger: silent,
  });
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const erp = new Queue(ERP_QUEUE, { connection, prefix });
  return {
    queues,
    lose: async () => {
      await connection.flushall();
    },
    size: async () => {
      const jobs = await erp.getJobs();
      return jobs.flatMap((job) => (job.data as JobData).ids).length;
    },
    failJob: (id) =>
      fail(
        id,
        new Queue(WMS_QUEUE, { connection, prefix }),
        (process) => new Worker(WMS_QUEUE, process, { connection, prefix }),
      ),
    close: async () => {
      await queues.close();
      await erp.close();
      await connection.flushall();
      connection.disconnect();
    },
  };
}

type FailingWorker = Pick<Worker, "close"> & {
  on(event: "failed", onFailed: () => void): unknown;
};

async function fail(
  id: string,
  queue: Pick<Queue, "add" | "close">,
  startWorker: (process: () => Promise<void>) => FailingWorker,
): Promise<void> {
  await queue.add("commands", { ids: [] }, { jobId: id, removeOnFail: false });
  const worker = startWorker(() => Promise.reject(new Error("The worker died.")));
  await new Promise<void>((resolve) => {
    worker.on("failed", resolve);
  });
  await worker.close();
  await queue.close();
}
