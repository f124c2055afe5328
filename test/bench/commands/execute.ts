import { setMaxListeners } from "node:events";
import {
  createCommandWorker,
  defineCommand,
  defineHandler,
  parseIdempotencyKey,
  succeed,
} from "@crossdock/commands";
import { orderSubject, type OrderId } from "@crossdock/domain";
import { createLogger } from "@crossdock/runtime";
import { z } from "zod";
import { openBenchStore, type BenchPlace, type BenchStore } from "./bench-store.ts";
import { startSource, type CalledSource } from "./call-source.ts";
import { median } from "./median.ts";
import type { Section } from "../kit/section.ts";

/** A call of the ERP. */
const ANSWER_MS = 40;
const CONCURRENCY = 20;
const CEILING_PER_SECOND = (CONCURRENCY / ANSWER_MS) * 1_000;
const COMMANDS = 3_000;
const ROUNDS = 3;
const ACCEPTED_AT_ONCE = 500;
const ATTEMPT_MS = 12_000;
const SETTLE_MS = 2_000;
const GOAL = 0.85;

const putDocument = defineCommand({
  type: "bench.putDocument",
  version: 1,
  data: z.object({ document: z.string() }),
  subjectOf: ({ document }) => orderSubject(document as OrderId),
  lane: "erp",
  attempts: 3,
  backoff: { baseMs: 100, maxMs: 1_000 },
});

/**
 * Commands of distinct subjects, from the relay to the finish that is on disk, against a source over
 * HTTP that answers after 40 ms; beside it the same calls made by as many loops with nothing around them.
 */
export async function run(places: readonly BenchPlace[]): Promise<Section> {
  const source = await startSource(ANSWER_MS);
  const rows: string[][] = [];
  for (const place of places) {
    const store = await openBenchStore(place, [putDocument]);
    const rounds: { bare: number; ours: Executed }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      rounds.push({
        bare: await bareRate(source),
        ours: await execute(store, source, `R${String(round)}`),
      });
    }
    await store.close();
    const perSecond = median(rounds.map(({ ours }) => ours.perSecond));
    rows.push([
      place.name,
      median(rounds.map(({ bare }) => bare)).toFixed(0),
      perSecond.toFixed(0),
      (perSecond / CEILING_PER_SECOND).toFixed(2),
      median(rounds.map(({ bare, ours }) => ours.perSecond / bare)).toFixed(2),
      median(rounds.map(({ ours }) => ours.cpuMs)).toFixed(1),
    ]);
  }
  source.close();
  return {
    title: `Execution at concurrency ${String(CONCURRENCY)} against a source that answers in ${String(ANSWER_MS)} ms`,
    columns: ["store", "bare calls/s", "commands/s", "of 500/s", "of bare", "CPU ms"],
    rows,
    notes: [
      `${String(COMMANDS)} commands of distinct subjects a round, medians of ${String(ROUNDS)} rounds; goal: ${String(GOAL)} of the ceiling.`,
      "CPU: of our process per command, which over the embedded store is the database's too.",
      "Claim, call, finish, with the real journal: events and audit rows. No order process: the commands are of no order.",
    ],
  };
}

/** @returns calls a second of as many loops, without a ledger */
async function bareRate(source: CalledSource): Promise<number> {
  const { signal } = new AbortController();
  setMaxListeners(0, signal);
  let left = COMMANDS;
  const startedAt = performance.now();
  await Promise.all(
    Array.from({ length: CONCURRENCY }, async () => {
      while ((left -= 1) >= 0) await source.call(signal);
    }),
  );
  return perSecond(COMMANDS, startedAt);
}

type Executed = {
  /** From the first call to the last finish on disk. */
  readonly perSecond: number;
  /** Of this process, per command. */
  readonly cpuMs: number;
};

async function execute(
  { ledger, queues, commandLog }: BenchStore,
  source: CalledSource,
  round: string,
): Promise<Executed> {
  const ids = await acceptAll(commandLog, ledger, round);
  const cpuBefore = process.cpuUsage();
  let firstAt = 0;
  const worker = createCommandWorker({
    ledger,
    log: commandLog,
    queues,
    handlers: [
      defineHandler(putDocument, {
        settleMs: SETTLE_MS,
        lookUp: () => Promise.resolve(null),
        execute: async ({ data: { document } }, signal) => {
          if (firstAt === 0) firstAt = performance.now();
          await source.call(signal);
          const effects = { orders: [], events: [] };
          return succeed({ typename: "Document", id: document, effects });
        },
      }),
    ],
    concurrency: { erp: CONCURRENCY, wms: 0, finance: 0 },
    attemptMs: ATTEMPT_MS,
    logger: createLogger({ name: "bench", level: "error" }),
  });
  await worker.start();
  await allSettled(ledger);
  const rate = perSecond(ids.length, firstAt);
  const { user, system } = process.cpuUsage(cpuBefore);
  await worker.stop();
  return { perSecond: rate, cpuMs: (user + system) / 1_000 / ids.length };
}

async function acceptAll(
  commandLog: BenchStore["commandLog"],
  ledger: BenchStore["ledger"],
  round: string,
): Promise<string[]> {
  const ids: string[] = [];
  for (let first = 0; first < COMMANDS; first += ACCEPTED_AT_ONCE) {
    const requests = Array.from({ length: ACCEPTED_AT_ONCE }, (_none, at) => {
      const document = `${round}-${String(first + at)}`;
      return {
        clientId: "bench",
        idempotencyKey: parseIdempotencyKey(document),
        requestedBy: "bench",
        customerNumber: null,
        correlationId: document,
        causationId: null,
        data: { document },
      };
    });
    const accepted = await ledger.transaction((trx) =>
      commandLog.acceptEach(trx, putDocument, requests),
    );
    ids.push(...accepted.map(({ command }) => command.id));
  }
  return ids;
}

const LOOK_EVERY_MS = 50;

async function allSettled(ledger: BenchStore["ledger"]) {
  for (;;) {
    const { rows } = await ledger.pool.query<{ left: boolean }>(
      `select exists (select from commands
        where lane = 'erp' and status in ('ACCEPTED', 'RUNNING', 'RETRYING')) as left`,
    );
    if (rows[0]?.left === false) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function perSecond(count: number, startedAt: number): number {
  return (count / (performance.now() - startedAt)) * 1_000;
}
