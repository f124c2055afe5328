import { parseArgs } from "node:util";
import { isSound, renderReport } from "./resume-report.ts";
import { runResume } from "./run-resume.ts";

/**
 * `npm run test:resume -- --seed N --subscribers 200 --kills 10`: subscribers over WebSocket and server-sent
 * events come and go while the program is killed. Ends with 1 when one of them missed an event, had one
 * twice, or in the wrong order.
 *
 * - `--orders N` that are placed meanwhile, `--rate R` of them a second.
 * - `--from-now`: the control, in which subscribers come back without their cursor: it must miss events, and
 *   so end with 1.
 */
const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    subscribers: { type: "string", default: "200" },
    kills: { type: "string", default: "10" },
    orders: { type: "string", default: "60" },
    rate: { type: "string", default: "1" },
    "from-now": { type: "boolean", default: false },
  },
});
const DRAIN_MS = 300_000;

const report = await runResume({
  seed: readPositive("seed", values.seed),
  subscribers: readPositive("subscribers", values.subscribers),
  kills: readPositive("kills", values.kills),
  orders: readPositive("orders", values.orders),
  ordersPerSecond: readPositive("rate", values.rate),
  forgets: values["from-now"],
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
