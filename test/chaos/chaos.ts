import { parseArgs } from "node:util";
import { renderReport } from "./report.ts";
import { isSound, runChaos } from "./run-chaos.ts";

/**
 * `npm run chaos -- --seed N --faults M [--rate ordersPerSecond]`: breaks a stack of its own under
 * load and counts what came of it. Ends with 1 when an order was lost, done twice or left without an
 * end.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    faults: { type: "string", default: "40" },
    rate: { type: "string", default: "0.4" }, // finance takes 60 calls a minute
  },
});
const DRAIN_MS = 600_000;

const report = await runChaos({
  seed: readPositive("seed", values.seed),
  faults: readPositive("faults", values.faults),
  ordersPerSecond: readPositive("rate", values.rate),
  drainMs: DRAIN_MS,
  say: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(`${renderReport(report)}\n`);
process.exit(isSound(report) ? 0 : 1);

function readPositive(name: string, raw: string): number {
  const value = Number(raw);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} is not a number above zero: ${raw}`);
}
