import { orderSubject } from "@crossdock/domain";
import type { CustomerNumber, OrderId } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { createLogger, systemClock } from "@crossdock/runtime";
import { sql } from "kysely";
import { z } from "zod";
import type { Acceptance, CommandRequest } from "../accept.ts";
import { createCommandLog } from "../command-log.ts";
import type { CommandLog } from "../command-log.ts";
import type { CommandRecord } from "../command-record.ts";
import { defineCommand, defineOwnCommand } from "../definition.ts";
import { defineHandler } from "../handler.ts";
import type { HandlerOptions } from "../handler.ts";
import { parseIdempotencyKey } from "../idempotency.ts";
import type { CommandJournal, Outcome } from "../journal.ts";
import type { CommandQueues } from "../queues.ts";
import { createCommandWorker } from "../worker.ts";
import type { CommandWorker, CommandWorkerOptions } from "../worker.ts";

/** The command of the suites: it puts a document named `document` into a source. */
export const putDocument = defineCommand({
  type: "test.putDocument",
  version: 1,
  data: z.object({ document: z.string(), order: z.string() }),
  subjectOf: ({ order }) => orderSubject(order as OrderId),
  lane: "erp",
  attempts: 3,
  backoff: { baseMs: 10, maxMs: 40 },
});
export type PutDocument = { readonly document: string; readonly order: string };

/** What the suites do in our own ledger: it writes a line into a table. */
export const keepNote = defineOwnCommand({
  type: "test.keepNote",
  version: 1,
  data: z.object({ note: z.string() }),
  subjectOf: () => orderSubject("A" as OrderId),
});

export type Stand = {
  readonly log: CommandLog;
  /** What the journal was told, in order. */
  readonly told: CommandRecord[];
  readonly finished: Outcome[];
  /** While set, the journal throws it. */
  readonly fault: { error: Error | null };
  /** Accepts one command, as a mutation does it. */
  accept(data: PutDocument, request?: Partial<CommandRequest<PutDocument>>): Promise<Acceptance>;
  /** Starts a worker with a handler of `putDocument`. */
  work(
    handler: Partial<HandlerOptions<PutDocument>>,
    options?: Partial<CommandWorkerOptions>,
  ): Promise<CommandWorker>;
  settled(id: string): Promise<CommandRecord>;
  /** Resolves once the journal was told that the command came to `status`. */
  reached(id: string, status: CommandRecord["status"]): Promise<CommandRecord>;
  close(): Promise<void>;
};

export const silent = createLogger({ name: "test", level: "silent" });
const WAIT_MS = 15_000;
const { signal } = new AbortController();

/** A command log over an empty table; `queues` may be left out by suites without a worker. */
export async function openStand(
  ledger: Ledger,
  queues: CommandQueues | null,
  limits: { readonly maxBacklogPerLane?: number } = {},
): Promise<Stand> {
  await sql`truncate commands`.execute(ledger.db);
  const told: CommandRecord[] = [];
  const finished: Outcome[] = [];
  const fault: { error: Error | null } = { error: null };
  const watchers = new Set<() => void>();
  const tell = (record: CommandRecord) => {
    told.push(record);
    for (const look of watchers) look();
  };
  const journal: CommandJournal = {
    accepted: () => {
      if (fault.error !== null) throw fault.error;
      return { events: [], audit: [] };
    },
    claimed: (record) => {
      if (fault.error !== null) throw fault.error;
      tell(record);
      return { events: [], audit: [] };
    },
    answered: () => null,
    changed: (_trx, record) => {
      if (fault.error !== null) return Promise.reject(fault.error);
      tell(record);
      return Promise.resolve();
    },
    finished: (_trx, together) => {
      if (fault.error !== null) return Promise.reject(fault.error);
      for (const { record, outcome } of together) {
        finished.push(outcome);
        tell(record);
      }
      return Promise.resolve();
    },
  };
  const log = createCommandLog({
    ledger,
    definitions: [putDocument, keepNote],
    clock: systemClock,
    journal,
    logger: silent,
    ...limits,
  });
  const workers: CommandWorker[] = [];
  let keys = 0;

  return {
    log,
    told,
    finished,
    fault,
    async accept(data, request = {}) {
      keys += 1;
      const whole: CommandRequest<PutDocument> = {
        clientId: "portal",
        idempotencyKey: parseIdempotencyKey(`key-${String(keys)}`),
        requestedBy: "clerk",
        customerNumber: "C10010" as CustomerNumber,
        correlationId: "correlation-1",
        causationId: null,
        ...request,
        data,
      };
      const acceptance = await log.take(putDocument, whole, signal);
      if (acceptance.kind === "accepted") tell(acceptance.command);
      return acceptance;
    },
    async work(handler, options = {}) {
      if (queues === null) throw new Error("This stand has no queue.");
      const whole: HandlerOptions<PutDocument> = {
        settleMs: 0,
        lookUp: () => Promise.resolve(null),
        execute: () => Promise.reject(new Error("Nothing to execute.")),
        ...handler,
      };
      const worker = createCommandWorker({
        ledger,
        log,
        queues,
        handlers: [defineHandler(putDocument, whole)],
        concurrency: { erp: 8, wms: 0, finance: 0 },
        attemptMs: 10_000,
        leaseMs: 10_000,
        logger: silent,
        ...options,
      });
      workers.push(worker);
      await worker.start();
      return worker;
    },
    async settled(id) {
      const record = await log.waitUntilSettled(id, WAIT_MS, AbortSignal.timeout(WAIT_MS));
      if (record === null) throw new Error(`There is no command ${id}.`);
      return record;
    },
    reached: (id, status) =>
      new Promise((resolve) => {
        const look = () => {
          const record = told.find((each) => each.id === id && each.status === status);
          if (record === undefined) return;
          watchers.delete(look);
          resolve(record);
        };
        watchers.add(look);
        look();
      }),
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await log.close();
    },
  };
}
