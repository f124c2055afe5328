import { randomUUID } from "node:crypto";
import { allCommands, parseIdempotencyKey, submitOrder } from "@crossdock/commands";
import type { OrderDraft } from "@crossdock/domain";
import { sql } from "kysely";
import { openBenchStore, type BenchPlace, type BenchStore } from "./bench-store.ts";
import { median } from "./median.ts";
import { newDraft } from "./order-draft.ts";
import type { Section } from "../kit/section.ts";

const CONCURRENCIES = [1, 32, 256];
const ROUNDS = 5;
const ROUND_MS = 2_000;
const GOAL_RATE = 0.7;
const GOAL_P99 = 3;
const { signal } = new AbortController();

/** One call, closed loop: what came of so many callers for so long. */
type Measured = { readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number };

/**
 * Acceptances of submitOrder as a client has them: command, order, two events and audit on disk before the
 * answer. Beside them the least that a durable acceptance could be: one insert of a row of as many bytes
 * with the same unique key, committed by itself. Rounds of the two alternate, for the machine is not ours
 * alone; ratios are medians of those of the rounds.
 */
export async function run(places: readonly BenchPlace[]): Promise<Section> {
  const rows: string[][] = [];
  for (const place of places) {
    const store = await openBenchStore(place, allCommands);
    await sql`
      create table bench_rows (
        id text primary key, client_id text not null, idempotency_key text not null, data jsonb not null,
        unique (client_id, idempotency_key))`.execute(store.ledger.db);
    const raw = () => insertRaw(store);
    const ours = () => acceptOrder(store);
    for (const warmUp of [raw, ours]) await measure(32, ROUND_MS, warmUp);
    for (const concurrency of CONCURRENCIES) {
      const rounds: { raw: Measured; ours: Measured }[] = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.push({
          raw: await measure(concurrency, ROUND_MS, raw),
          ours: await measure(concurrency, ROUND_MS, ours),
        });
      }
      rows.push([place.name, String(concurrency), ...cellsOf(rounds)]);
    }
    await store.close();
  }
  return {
    title: "Accepting an order, durable, beside a raw insert of one row",
    columns: [
      "store",
      "callers",
      "raw/s",
      "p50 ms",
      "p99 ms",
      "accepts/s",
      "p50 ms",
      "p99 ms",
      "rate",
      "p99",
    ],
    rows,
    notes: [
      `rate: accepts per raw insert, goal ${GOAL_RATE.toFixed(1)} or more; p99: ours to raw, goal ${String(GOAL_P99)} or less`,
      `medians of ${String(ROUNDS)} rounds of ${String(ROUND_MS / 1_000)} s each, raw and ours in turn`,
      "an acceptance writes 8 rows of 6 tables, 5 kB; the raw insert 1 row with the order's own 1 kB",
    ],
  };
}

function cellsOf(rounds: readonly { readonly raw: Measured; readonly ours: Measured }[]): string[] {
  const side = (of: "raw" | "ours") => [
    median(rounds.map((round) => round[of].perSecond)).toFixed(0),
    median(rounds.map((round) => round[of].p50Ms)).toFixed(1),
    median(rounds.map((round) => round[of].p99Ms)).toFixed(1),
  ];
  return [
    ...side("raw"),
    ...side("ours"),
    median(rounds.map(({ raw, ours }) => ours.perSecond / raw.perSecond)).toFixed(2),
    median(rounds.map(({ raw, ours }) => ours.p99Ms / raw.p99Ms)).toFixed(2),
  ];
}

async function measure(
  concurrency: number,
  forMs: number,
  call: () => Promise<unknown>,
): Promise<Measured> {
  const tookMs: number[] = [];
  const startMs = performance.now();
  const endMs = startMs + forMs;
  const loop = async () => {
    for (let atMs = performance.now(); atMs < endMs; atMs = performance.now()) {
      await call();
      tookMs.push(performance.now() - atMs);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, loop));
  const wholeMs = performance.now() - startMs;
  tookMs.sort((left, right) => left - right);
  const quantile = (share: number) => tookMs[Math.floor((tookMs.length - 1) * share)] ?? 0;
  return {
    perSecond: (tookMs.length / wholeMs) * 1_000,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  };
}

async function acceptOrder({ commandLog, orderProcess }: BenchStore): Promise<void> {
  const draft = newDraft();
  const correlationId = "bench";
  const { kind } = await commandLog.take(
    submitOrder,
    {
      clientId: "bench",
      idempotencyKey: parseIdempotencyKey(randomUUID()),
      requestedBy: "bench",
      customerNumber: draft.customerNumber,
      data: draft,
      fingerprint: intentOf(draft),
      correlationId,
      causationId: null,
      alongside: ({ id }) => orderProcess.opening(draft, { correlationId, causationId: id }),
    },
    signal,
  );
  if (kind !== "accepted") throw new Error(`A new key is ${kind}.`);
}

/** What the client sent of it. */
function intentOf({ customerNumber, customerReference, lines }: OrderDraft) {
  return {
    customerId: customerNumber,
    customerReference,
    lines: lines.map(({ sku, ordered }) => ({ sku, quantity: ordered.value, uom: ordered.uom })),
  };
}

async function insertRaw({ ledger }: BenchStore): Promise<void> {
  await ledger.pool.query(
    "insert into bench_rows (id, client_id, idempotency_key, data) values ($1, $2, $3, $4)",
    [randomUUID(), "bench", randomUUID(), JSON.stringify(newDraft())],
  );
}
