import { parseArgs } from "node:util";
import { isSound, renderReport } from "./chaos-report.ts";
import type { ServerChoice } from "./chaos-stack.ts";
import { runChaos } from "./run-chaos.ts";

/**
 * `npm run chaos -- --seed N --faults M`: breaks a stack of its own under load and counts what came of
 * it. Ends with 1 when anything was lost, done twice or left without an end.
 *
 * - `--rate R` requests a second.
 * - `--database local`, `--redis local`: over a PostgreSQL and a Redis that the run starts from this
 *   machine's packages and kills as well; Redis is flushed once.
 * - `--database postgres://…`: in a database of its own of a running server, which is not killed.
 * - `--redis redis://…`: over a running and empty Redis, which is not killed but flushed once.
 * - `--no-look-up`: the control, which resends blindly: it must find doubles, and so end with 1.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    faults: { type: "string", default: "40" },
    rate: { type: "string", default: "2" },
    database: { type: "string" },
    redis: { type: "string" },
    "no-look-up": { type: "boolean", default: false },
  },
});
const DRAIN_MS = 600_000;

const report = await runChaos({
  seed: readPositive("seed", values.seed),
  faults: readPositive("faults", values.faults),
  requestsPerSecond: readPositive("rate", values.rate),
  ...(values.database === undefined ? {} : { database: readServer("database", values.database) }),
  ...(values.redis === undefined ? {} : { redis: readServer("redis", values.redis) }),
  isBlind: values["no-look-up"],
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

function readServer(name: string, raw: string): ServerChoice {
  if (raw === "local") return raw;
  if (URL.canParse(raw)) return new URL(raw);
  throw new Error(`--${name} is neither "local" nor a URL: ${raw}`);
}
