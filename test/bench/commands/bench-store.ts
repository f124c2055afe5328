import {
  createCommandLog,
  openCommandQueues,
  type AnyCommandDefinition,
  type CommandLog,
  type CommandQueues,
} from "@crossdock/commands";
import { allEvents, createEventLog, type EventLog } from "@crossdock/events";
import type { Ledger } from "@crossdock/ledger";
import { openTestLedger, openTestPostgres } from "@crossdock/ledger/testing";
import { createCommandJournal, createOrderProcess, type OrderProcess } from "@crossdock/processes";
import { createLogger, systemClock } from "@crossdock/runtime";

/** Where a part of the bench runs. */
export type BenchPlace = {
  readonly name: string;
  /** `null`: embedded. */
  readonly databaseUrl: string | null;
  /** `null`: the queue is in the ledger's database. */
  readonly redisUrl: string | null;
};

/** The spine as the application wires it, over a database of its own. */
export type BenchStore = {
  readonly ledger: Ledger;
  readonly queues: CommandQueues;
  readonly eventLog: EventLog;
  readonly commandLog: CommandLog;
  readonly orderProcess: OrderProcess;
  close(): Promise<void>;
};

/** @returns the embedded store, and PostgreSQL with the queue in Redis where both are given */
export function placesOf(environment: NodeJS.ProcessEnv): readonly BenchPlace[] {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = environment;
  const embedded = { name: "embedded", databaseUrl: null, redisUrl: null };
  if (databaseUrl === undefined) return [embedded];
  if (redisUrl === undefined)
    return [embedded, { name: "PostgreSQL", databaseUrl, redisUrl: null }];
  return [embedded, { name: "PostgreSQL + Redis", databaseUrl, redisUrl }];
}

export async function openBenchStore(
  { databaseUrl, redisUrl }: BenchPlace,
  definitions: readonly AnyCommandDefinition[],
): Promise<BenchStore> {
  const logger = createLogger({ name: "bench", level: "error" });
  const clock = systemClock;
  const opened =
    databaseUrl === null
      ? await openTestLedger({ isOnDisk: true })
      : await openTestPostgres(databaseUrl);
  const { ledger } = opened;
  const eventLog = createEventLog({ ledger, clock, logger, definitions: allEvents });
  const queues = await openCommandQueues({ ledger, redisUrl, logger });
  const orderProcess: OrderProcess = createOrderProcess({ commands: () => commandLog, eventLog });
  const commandLog: CommandLog = createCommandLog({
    ledger,
    definitions,
    clock,
    logger,
    journal: createCommandJournal({ eventLog, process: () => orderProcess, clock }),
  });
  return {
    ledger,
    queues,
    eventLog,
    commandLog,
    orderProcess,
    close: async () => {
      await queues.close();
      await commandLog.close();
      await eventLog.close();
      await opened.close();
    },
  };
}
