import { parseArgs } from "node:util";
import { startStack } from "../../src/stack.ts";
import { renderSection } from "../kit/section.ts";
import { createHolds } from "./holds.ts";
import { measureOutage } from "./outage.ts";
import type { Tally } from "./tally.ts";

/**
 * `npm run bench:outage`: how fast orders are acknowledged at 20 a second while the ERP is away for a
 * minute, beside the same with the ERP there; over the embedded store, or over what `DATABASE_URL` and
 * `REDIS_URL` name. Ends with 1 when an acknowledged order is lost or done twice.
 *
 * - `--seconds S` that it is away, 60; a quarter of it with the ERP there.
 * - `--holds`: names what held the embedded ledger's session for long meanwhile. Telling costs a little itself.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    holds: { type: "boolean", default: false },
  },
});
const UP_PART = 0.25;
const awaySeconds = Number(values.seconds);
if (!(awaySeconds > 0)) {
  throw new Error(`--seconds is not a number above zero: ${values.seconds}`);
}
const SECONDS = { up: Math.ceil(awaySeconds * UP_PART), down: awaySeconds };
const GOAL_P99_MS = 50;

const { DATABASE_URL, REDIS_URL } = process.env;
const holds = createHolds();
await using stack = await startStack({
  pastOrders: "all",
  ...(values.holds ? { onOutput: holds.onOutput } : {}),
  variables: {
    ...(values.holds ? { LOG_LEVEL: "debug" } : {}),
    ...(DATABASE_URL === undefined ? {} : { DATABASE_URL }),
    ...(REDIS_URL === undefined ? {} : { REDIS_URL }),
  },
});
const { up, down, lost, doubled, caughtUpMs, away } = await measureOutage(stack, SECONDS);
const cells = (name: string, { asked, p50Ms, p95Ms, p99Ms, maxMs }: Tally) => [
  name,
  String(asked),
  ...[p50Ms, p95Ms, p99Ms, maxMs].map((ms) => ms.toFixed(1)),
];
const said = ({ answers }: Tally) =>
  Object.entries(answers)
    .map(([code, count]) => `${String(count)} ${code}`)
    .join(", ");
process.stdout.write(
  renderSection({
    title: "Acknowledging orders, 20 a second, while the ERP is away",
    columns: ["ERP", "orders", "p50 ms", "p95 ms", "p99 ms", "max ms"],
    rows: [cells("there", up), cells("away", down)],
    notes: [
      `p99 away to p99 there: ${(down.p99Ms / up.p99Ms).toFixed(2)}; goal: ${String(GOAL_P99_MS)} ms or less while it is away`,
      `answers with the ERP there: ${said(up)}; while it is away: ${said(down)}`,
      `lost ${String(lost)}, done twice ${String(doubled)}; the ERP had all ${(caughtUpMs / 1_000).toFixed(1)} s after it was back`,
    ],
  }),
);
if (values.holds) process.stdout.write(`\n${renderSection(holds.toldOf(away))}`);
process.exitCode = lost + doubled === 0 ? 0 : 1;
