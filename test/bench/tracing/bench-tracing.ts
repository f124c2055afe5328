import { fileURLToPath } from "node:url";
import { createLogger } from "@crossdock/runtime";
import { startTelemetry, type Telemetry } from "@crossdock/runtime/telemetry";
import { startHelper } from "../kit/processes.ts";
import { renderSection } from "../kit/section.ts";
import { median } from "../commands/median.ts";
import { openAccepting, openQuerying, type Work } from "./works.ts";
import { nanosOf } from "./wrapping.ts";

/**
 * `npm run bench:tracing [-- --seconds N --rounds N]`: what traces cost an acceptance and a small query, on this machine.
 * Rounds without tracing, with all traces kept and with one in ten take turns; ratios are medians of those of the rounds.
 * What the wrapping itself costs while nothing is traced is too little to be seen so, and is measured by itself: beside
 * the same work without it.
 */
const argument = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const ROUND_MS = argument("--seconds", 3) * 1_000;
const ROUNDS = argument("--rounds", 5);
const CALLERS = 16;
const WARM_UP_MS = 1_000;
const MODES = [
  { name: "off", samplingRatio: null },
  { name: "all", samplingRatio: 1 },
  { name: "1 in 10", samplingRatio: 0.1 },
] as const;

const collector = await startHelper<object, { readonly url: string }>(
  fileURLToPath(new URL("swallow-spans.ts", import.meta.url)),
  [],
);

const rows: string[][] = [];
const wrapped: string[][] = [];
for (const open of [openAccepting, openQuerying]) {
  const work = await open();
  for (const { samplingRatio } of MODES)
    await during(samplingRatio, () => perSecond(work, WARM_UP_MS));
  const rounds: number[][] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const rates: number[] = [];
    for (const { samplingRatio } of MODES) {
      rates.push(await during(samplingRatio, () => perSecond(work, ROUND_MS)));
    }
    rounds.push(rates);
  }
  const offPerSecond = median(rounds.map(([off = NaN]) => off));
  for (const [at, { name }] of MODES.entries()) {
    rows.push([
      work.name,
      name,
      median(rounds.map((rates) => rates[at] ?? NaN)).toFixed(0),
      median(rounds.map((rates) => (rates[at] ?? NaN) / (rates[0] ?? NaN))).toFixed(2),
    ]);
  }
  const { withNanos, withoutNanos } = await nanosOf(work.spans);
  const microseconds = (withNanos - withoutNanos) / 1_000;
  const share = (microseconds * offPerSecond) / 1_000_000;
  wrapped.push([
    work.name,
    String(work.spans),
    microseconds.toFixed(2),
    `${(share * 100).toFixed(2)} %`,
  ]);
  await work.close();
}
await collector.stop();

process.stdout.write(
  renderSection({
    title: "What traces cost",
    columns: ["work", "traced", "per second", "of off"],
    rows,
    notes: [
      `${String(CALLERS)} callers, medians of ${String(ROUNDS)} rounds of ${String(ROUND_MS / 1_000)} s each, in turn`,
      "the collector is another process and keeps nothing",
    ],
  }),
);
process.stdout.write(
  renderSection({
    title: "What it costs that there could be traces, while there are none",
    columns: ["work", "spans", "µs each", "of one core"],
    rows: wrapped,
    notes: ["the wrapping of so many spans, beside the same awaits without it"],
  }),
);
process.exit(0);

async function during<T>(samplingRatio: number | null, run: () => Promise<T>): Promise<T> {
  if (samplingRatio === null) return run();
  const telemetry: Telemetry = startTelemetry({
    tracesUrl: collector.hello.url,
    serviceName: "bench",
    serviceVersion: "0",
    samplingRatio,
    tellsSources: false,
    logger: createLogger({ name: "bench", level: "warn" }),
  });
  try {
    return await run();
  } finally {
    await telemetry.stop();
  }
}

async function perSecond({ once }: Work, forMs: number): Promise<number> {
  let done = 0;
  const startMs = performance.now();
  const loop = async () => {
    while (performance.now() - startMs < forMs) {
      await once();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, loop));
  return (done / (performance.now() - startMs)) * 1_000;
}
