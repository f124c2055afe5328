import { setTimeout as sleep } from "node:timers/promises";
import {
  allCommands,
  createCommandWorker,
  defineHandler,
  parseIdempotencyKey,
  submitOrder,
  succeed,
} from "@crossdock/commands";
import { createLogger } from "@crossdock/runtime";
import { SourceUnavailableError } from "@crossdock/source-contract";
import { openBenchStore, type BenchPlace, type BenchStore } from "./bench-store.ts";
import type { MemoryRun, MemorySample } from "./memory.ts";
import { newDraft } from "./order-draft.ts";

/** A process of its own, for what was measured before would be in the numbers. */
const place = JSON.parse(process.argv[2] ?? "") as BenchPlace;
const orders = Number(process.argv[3]);

const ACCEPTED_AT_ONCE = 500;
const CONCURRENCY = 20;
const ATTEMPT_MS = 12_000;
const SAMPLE_EVERY_MS = 50;
/** After the last accept, so that every order has its chance to pile up somewhere. */
const STAY_DOWN_MS = 5_000;
const LOOK_EVERY_MS = 200;

process.send?.(await measure());
process.exit(0);

async function measure(): Promise<MemoryRun> {
  const store = await openBenchStore(place, allCommands);
  let isDown = true;
  const worker = createCommandWorker({
    ledger: store.ledger,
    log: store.commandLog,
    queues: store.queues,
    handlers: [
      defineHandler(submitOrder, {
        settleMs: 0,
        lookUp: () => Promise.resolve(null),
        execute: ({ data }) =>
          isDown
            ? Promise.reject(new SourceUnavailableError("erp", "createOrder", "down"))
            : Promise.resolve(
                succeed({ typename: "Order", id: data.key, effects: { orders: [], events: [] } }),
              ),
      }),
    ],
    concurrency: { erp: CONCURRENCY, wms: 0, finance: 0 },
    attemptMs: ATTEMPT_MS,
    logger: createLogger({ name: "bench", level: "silent" }),
  });
  await worker.start();
  const before = sample();
  let peak = before;
  const sampler = setInterval(() => {
    const now = sample(false);
    peak = { rssMb: Math.max(peak.rssMb, now.rssMb), heapMb: Math.max(peak.heapMb, now.heapMb) };
  }, SAMPLE_EVERY_MS);
  await acceptOrders(store);
  await sleep(STAY_DOWN_MS);
  const queued = sample();
  isDown = false;
  const upAtMs = performance.now();
  await allSettled(store);
  const drainedInMs = performance.now() - upAtMs;
  clearInterval(sampler);
  const after = sample();
  await worker.stop();
  await store.close();
  return { before, peak, queued, after, drainedInMs };
}

async function acceptOrders({ ledger, commandLog, orderProcess }: BenchStore): Promise<void> {
  for (let first = 0; first < orders; first += ACCEPTED_AT_ONCE) {
    const requests = Array.from({ length: ACCEPTED_AT_ONCE }, () => {
      const draft = newDraft();
      const correlationId = draft.key;
      return {
        clientId: "bench",
        idempotencyKey: parseIdempotencyKey(draft.key),
        requestedBy: "bench",
        customerNumber: draft.customerNumber,
        data: draft,
        correlationId,
        causationId: null,
        alongside: ({ id }: { readonly id: string }) =>
          orderProcess.opening(draft, { correlationId, causationId: id }),
      };
    });
    await ledger.transaction((trx) => commandLog.acceptEach(trx, submitOrder, requests));
  }
}

async function allSettled({ ledger }: BenchStore): Promise<void> {
  for (;;) {
    const { rows } = await ledger.pool.query<{ left: boolean }>(
      `select exists (select from commands
        where lane = 'erp' and status in ('ACCEPTED', 'RUNNING', 'RETRYING')) as left`,
    );
    if (rows[0]?.left === false) return;
    await sleep(LOOK_EVERY_MS);
  }
}

/** @param collect whether garbage is collected first */
function sample(collect = true): MemorySample {
  if (collect) globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  return { rssMb: rss / 1e6, heapMb: heapUsed / 1e6 };
}
