import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { untilHistoryIsRead } from "../../src/history.ts";
import { anOrder, placeOrder, waitForStatus } from "../../src/placing-orders.ts";
import { startStack } from "../../src/stack.ts";
import { COUNTED_SOURCES, countCalls } from "../erp/source-counts.ts";
import { renderSection, type Section } from "../kit/section.ts";
import { timeErpCalls } from "./erp-calls.ts";
import { measureRuns, type Run } from "./runs.ts";

/**
 * `npm run bench:order-to-cash`: whole runs, placed → created → released → shipped → billed → paid, at a steady rate
 * on the embedded stack, with the sandbox's warehouse at full speed.
 *
 * - `--per-minute N` orders, 50; `--seconds S` of them, 60.
 * - `--vendor-limits`: what the vendors allow in a minute is kept. Finance allows 60 calls, and a run needs several.
 */
const { values } = parseArgs({
  options: {
    "per-minute": { type: "string", default: "50" },
    seconds: { type: "string", default: "60" },
    "vendor-limits": { type: "boolean", default: false },
  },
});
/** From the floor to the dock in two seconds. */
const WAREHOUSE_SPEED = 2_000;
const SWEEP_SECONDS = 1;
const LIFTED_CALLS_PER_MINUTE = 6_000;
const WARM_MS = 60_000;
const CUSTOMER = "C10010";
const MS_PER_SECOND = 1_000;
const HALF = 0.5;
const MOST = 0.95;

const perMinute = readPositive("per-minute", values["per-minute"]);
const seconds = readPositive("seconds", values.seconds);
const limits = values["vendor-limits"] ? {} : { callsPerMinute: LIFTED_CALLS_PER_MINUTE };

{
  await using stack = await startStack({
    pastOrders: "all",
    speed: WAREHOUSE_SPEED,
    sweepSeconds: SWEEP_SECONDS,
    ...limits,
  });
  const operator = await stack.token("operator");
  await untilHistoryIsRead(stack);
  // What is remembered of an account and its products is read for an order before.
  const first = await placeOrder(stack, anOrder(CUSTOMER), operator);
  await waitForStatus(stack, first, "INVOICED", operator, WARM_MS);
  say(`${String(perMinute)} orders a minute for ${String(seconds)} s`);
  const counted = await countCalls(stack);
  const timed = await timeErpCalls(`http://127.0.0.1:${stack.settings["SANDBOX_PORT"] ?? ""}`);
  const from = Date.now();
  const runs = await measureRuns(stack, perMinute, seconds);
  const tookSeconds = (Date.now() - from) / MS_PER_SECOND;
  const erpMs = quantile(timed(), HALF);
  const calls = await counted();
  const perRun = COUNTED_SOURCES.map(
    (source) => `${source} ${(calls[source].calls / runs.length).toFixed(1)}`,
  ).join(", ");
  print([
    completed(runs, tookSeconds),
    stages(runs, erpMs, `calls for each run, those of feeds among them: ${perRun}`),
  ]);
}
process.exit(0);

function completed(runs: readonly Run[], tookSeconds: number): Section {
  const paid = runs.filter(({ paidMs }) => paidMs !== null);
  const failed = runs.filter(({ failed: why }) => why !== null);
  const reasons = [...new Set(failed.map(({ failed: why }) => why ?? ""))];
  return {
    title: `Order to cash, ${String(perMinute)} orders a minute${values["vendor-limits"] ? ", within the vendors' limits" : ""}`,
    columns: ["placed", "complete", "failed", "not over", "complete within a minute of the load"],
    rows: [
      [
        String(runs.length),
        String(paid.length),
        String(failed.length),
        String(runs.length - paid.length - failed.length),
        ((paid.length * 60) / Math.max(tookSeconds, seconds)).toFixed(1),
      ],
    ],
    notes: [
      `${String(availableParallelism())} cores, load ${loadavg()[0]?.toFixed(1) ?? "?"}; all was over after ${tookSeconds.toFixed(0)} s`,
      ...reasons,
    ],
  };
}

function stages(runs: readonly Run[], erpMs: number, note: string): Section {
  const at = ({ told }: Run, type: string) => told?.atMs.get(type) ?? null;
  const stage = (
    name: string,
    from: (run: Run) => number | null,
    to: (run: Run) => number | null,
  ) => {
    const tookMs = runs.flatMap((run) => {
      const [begin, end] = [from(run), to(run)];
      return begin === null || end === null ? [] : [Math.max(0, end - begin)];
    });
    const [half, most] = [quantile(tookMs, HALF), quantile(tookMs, MOST)];
    return [name, String(tookMs.length), ...[half, most].flatMap((ms) => cells(ms, erpMs))];
  };
  return {
    title: "What is told to clients, in milliseconds and in calls of the ERP",
    columns: ["stage", "runs", "p50 ms", "p50 calls", "p95 ms", "p95 calls"],
    rows: [
      stage(
        "placed → accepted",
        ({ placedMs }) => placedMs,
        ({ acceptedMs }) => acceptedMs,
      ),
      stage(
        "accepted → in the ERP",
        ({ acceptedMs }) => acceptedMs,
        (run) => at(run, "CONFIRMED"),
      ),
      stage(
        "in the ERP → released",
        (run) => at(run, "CONFIRMED"),
        (run) => at(run, "ALLOCATED"),
      ),
      stage(
        "left → seen to have left",
        ({ told }) => told?.leftMs ?? null,
        (run) => at(run, "SHIPPED"),
      ),
      stage(
        "seen → billed",
        (run) => at(run, "SHIPPED"),
        (run) => at(run, "INVOICED"),
      ),
      stage(
        "paid → seen to be paid",
        ({ payingMs }) => payingMs,
        ({ paidMs }) => paidMs,
      ),
      stage(
        "placed → seen to be paid",
        ({ placedMs }) => placedMs,
        ({ paidMs }) => paidMs,
      ),
    ],
    notes: [`a call of the sandbox's ERP took ${erpMs.toFixed(1)} ms in the same run (p50)`, note],
  };
}

function cells(tookMs: number, erpMs: number): string[] {
  return [tookMs.toFixed(0), erpMs === 0 ? "–" : (tookMs / erpMs).toFixed(1)];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

function readPositive(name: string, raw: string): number {
  const value = Number(raw);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is a whole number of at least 1, not ${raw}.`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function print(sections: readonly Section[]): void {
  for (const section of sections) process.stdout.write(`${renderSection(section)}\n`);
}
