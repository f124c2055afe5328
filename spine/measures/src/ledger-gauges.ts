import type { Ledger } from "@crossdock/ledger";
import {
  createRepeating,
  sleep,
  type Clock,
  type Logger,
  type Metrics,
  type Repeating,
} from "@crossdock/runtime";
import { Gauge } from "prom-client";
import { createConsumerGauges } from "./consumer-gauges.ts";
import { createExceptionGauges } from "./exception-gauges.ts";
import type { GaugeReader } from "./gauge-reader.ts";
import { createInventoryGauge } from "./inventory-gauge.ts";
import { createOverdueGauge } from "./overdue-gauge.ts";
import { createQueueGauges } from "./queue-gauges.ts";

/** What the ledger holds, as gauges: read by one pass at a time, however often the metrics are asked for. */
export interface LedgerGauges extends Repeating {
  /** Reads all of them now. @throws what the ledger throws; what could be read is told */
  pass(signal: AbortSignal): Promise<void>;
}

export type LedgerGaugesOptions = {
  /** For work that nobody waits for. */
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Of other rooms. */
  readonly also?: readonly GaugeReader[];
};

const PASS_EVERY_MS = 5_000;
/** A pass takes the 20th part of the ledger's time: after a long one comes a longer pause, up to this. */
const PAUSES_PER_PASS = 20;
const MAX_PAUSE_MS = 60_000;
const MS_PER_SECOND = 1_000;

export function createLedgerGauges(options: LedgerGaugesOptions): LedgerGauges {
  const { ledger, clock, logger, metrics, also = [] } = options;
  const readers = [
    createQueueGauges(metrics),
    createExceptionGauges(metrics),
    createOverdueGauge(metrics),
    createConsumerGauges(metrics),
    createInventoryGauge(metrics),
    ...also,
  ];
  const { answers, measuredAt, took } = createOwnGauges(metrics);
  // It has been opened: what is wrong with it is told by the first pass.
  answers.set(1);
  measuredAt.set(clock.nowMs() / MS_PER_SECOND);

  const pass = async (signal: AbortSignal) => {
    const startedMs = performance.now();
    try {
      for (const reader of readers) {
        signal.throwIfAborted();
        await reader.read(ledger.db, clock.nowMs(), signal);
      }
      answers.set(1);
      measuredAt.set(clock.nowMs() / MS_PER_SECOND);
    } catch (error) {
      if (!signal.aborted) answers.set(0);
      throw error;
    } finally {
      took.set((performance.now() - startedMs) / MS_PER_SECOND);
    }
  };

  const repeating = createRepeating({
    work: async (signal) => {
      const startedMs = performance.now();
      await pass(signal);
      const tookMs = performance.now() - startedMs;
      const pauseMs = Math.min(tookMs * PAUSES_PER_PASS, MAX_PAUSE_MS);
      await sleep(Math.max(0, pauseMs - PASS_EVERY_MS), signal);
    },
    everyMs: PASS_EVERY_MS,
    logger,
    whenFailed: "the ledger could not be measured, it is tried again",
  });
  return { ...repeating, pass };
}

function createOwnGauges(metrics: Metrics) {
  const registers = [metrics];
  return {
    answers: new Gauge({
      name: "crossdock_ledger_up",
      help: "1 while the ledger answers what is measured of it, 0 after a pass that failed.",
      registers,
    }),
    measuredAt: new Gauge({
      name: "crossdock_ledger_measured_timestamp_seconds",
      help: "When all of the ledger was last measured.",
      registers,
    }),
    took: new Gauge({
      name: "crossdock_ledger_pass_seconds",
      help: "How long the last measuring of the ledger took.",
      registers,
    }),
  };
}
