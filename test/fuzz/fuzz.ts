import { parseArgs } from "node:util";
import { isSound, renderFuzzReport } from "./fuzz-report.ts";
import { runFuzz } from "./run-fuzz.ts";

/**
 * `npm run fuzz -- --minutes 5 --seed N`: attacks the program as a process of its own, over every door that it has, and
 * ends with 1 when it did what it should not.
 *
 * - `--seed N`: the same attacks again; drawn when left out.
 * - `--case N`: only this one of that seed.
 */
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "5" },
    seed: { type: "string" },
    case: { type: "string" },
  },
});
const MS_PER_MINUTE = 60_000;
const MAX_SEED = 1_000_000;

const report = await runFuzz({
  seed:
    values.seed === undefined
      ? Math.floor(Math.random() * MAX_SEED)
      : readPositive("seed", values.seed),
  forMs: readPositive("minutes", values.minutes) * MS_PER_MINUTE,
  ...(values.case === undefined ? {} : { onlyCase: Number(values.case) }),
  say: (text) => process.stderr.write(`${text}\n`),
});
process.stdout.write(`${renderFuzzReport(report)}\n`);
process.exit(isSound(report) ? 0 : 1);

function readPositive(name: string, raw: string): number {
  const value = Number(raw);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} is not a number above zero: ${raw}`);
}
