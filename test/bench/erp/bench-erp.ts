import { availableParallelism, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { renderSection, type Section } from "../kit/section.ts";
import type { Tally } from "../outage/tally.ts";
import { measureAway, shareOf, type Away, type Concern } from "./away.ts";
import { measureFewCalls, type FewCalls } from "./few-calls.ts";
import { measureFlood, type Flood, type Writing } from "./flood.ts";
import { openPortal, type Portal } from "./portal.ts";
import { PORTAL_MIX } from "./portal-mix.ts";
import { COUNTED_SOURCES, type SourceCounts } from "./source-counts.ts";
import { measureSteadyLoad, type SteadyLoad } from "./steady-load.ts";

/**
 * `npm run bench:erp`: what portal users of 60 accounts ask of the ERP, the warehouse and finance while they
 * look at the catalogue, prices, stock, orders and invoices, over the sandbox with its vendors' real limits.
 *
 * - `--seconds S` of each load, 60; `--times 1,5,20` of 5 looks a second; `--seed N`.
 * - `--control`: the same again without cache and batches, and the flood without lanes.
 * - `--only load`, `calls`, `away` or `flood`: that part alone.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    times: { type: "string", default: "1,5,20" },
    seed: { type: "string", default: "1" },
    control: { type: "boolean", default: false },
    only: { type: "string" },
  },
});
/** A look every twelve seconds by each account. */
const LOOKS_PER_SECOND = 5;
const COLD_READS = 1_000;
const GOAL_CALLS = 5;
const GOAL_FLOOD = 1.3;
const FLOOD_QUANTILES = ["p50Ms", "p95Ms", "p99Ms"] as const;
const GOAL_AWAY = 1.3;
const WARM_SECONDS = 30;
/** Orders come slowly, for finance takes few bills; of a few dozen a p95 is more than one of them. */
const FLOOD_TIMES = 4;
/** The narrowest limits of the sources are for a minute: no load pays for the one before it. */
const BETWEEN_SECONDS = 61;
const MS_PER_SECOND = 1_000;

type Way = { readonly name: string; readonly variables: Readonly<Record<string, string>> };
const WAYS: readonly Way[] = [
  { name: "as it is", variables: {} },
  ...(values.control
    ? [{ name: "without cache and batches", variables: { CROSSDOCK_READS: "uncached" } }]
    : []),
];
const seconds = readPositive("seconds", values.seconds);
const seed = readPositive("seed", values.seed);
const times = values.times.split(",").map((raw) => readPositive("times", raw));

const isWanted = (part: string) => values.only === undefined || values.only === part;
for (const { name, variables } of WAYS) {
  if (isWanted("load")) print(await loads(name, variables));
  if (isWanted("calls")) print([fewCalls(name, await measureFewCalls(COLD_READS, variables))]);
}
if (isWanted("away")) print([away(await measureAway(seconds))]);
if (isWanted("flood")) {
  const floodSeconds = FLOOD_TIMES * seconds;
  print([flood("with lanes", await measureFlood(floodSeconds, {}))]);
  if (values.control) {
    print([flood("without lanes", await measureFlood(floodSeconds, { CROSSDOCK_LANES: "off" }))]);
  }
}
process.exit(0);

async function loads(name: string, variables: Way["variables"]): Promise<readonly Section[]> {
  await using portal = await openPortal({ variables });
  say(`${name}: warming up`);
  await portal.look(LOOKS_PER_SECOND, Math.min(WARM_SECONDS, seconds), seed);
  const measured: SteadyLoad[] = [];
  for (const factor of times) {
    await pause(portal);
    say(`${name}: ${String(factor)}x`);
    const load = { base: LOOKS_PER_SECOND, times: factor, seconds, seed: seed + factor };
    measured.push(await measureSteadyLoad(portal, load));
  }
  return [answers(name, measured), sourceCalls(name, measured), kinds(name, measured)];
}

async function pause({ stack }: Portal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, BETWEEN_SECONDS * MS_PER_SECOND));
  await stack.sandbox.resetCalls();
}

function answers(name: string, measured: readonly SteadyLoad[]): Section {
  return {
    title: `Portal load, ${name}: ${String(seconds)} s each, 1x is ${String(LOOKS_PER_SECOND)} looks a second`,
    columns: [
      "load",
      "asked /s",
      "done /s",
      "p50 ms",
      "p99 ms",
      "errors",
      "stale %",
      "told points",
      "calls",
      "cached",
      "stale",
      "client lag p99 ms",
      "client CPU",
    ],
    rows: measured.map(
      ({ times: factor, perSecond, tally, donePerSecond, stalePercent, cost, client }) => [
        `${String(factor)}x`,
        String(perSecond),
        donePerSecond.toFixed(1),
        tally.p50Ms.toFixed(0),
        tally.p99Ms.toFixed(0),
        String(tally.asked - (tally.answers["OK"] ?? 0)),
        stalePercent.toFixed(1),
        ...[cost.points, cost.sourceCalls, cost.cached, cost.stale].map(String),
        client.lagMs.p99.toFixed(0),
        client.clientCpu.toFixed(2),
      ],
    ),
    notes: [
      "each look is sent at its time and measured from it; stale %: of the values with a provenance",
      "told: sums of what the answers' extensions.cost tell",
      ...measured.flatMap(({ times: factor, tally }) => {
        const said = saidBesides(tally);
        return said === "" ? [] : [`errors at ${String(factor)}x: ${said}`];
      }),
      `the sandbox, the program and the clients share ${String(availableParallelism())} cores; load average ${loadavg()
        .map((load) => load.toFixed(1))
        .join(", ")}`,
    ],
  };
}

function sourceCalls(name: string, measured: readonly SteadyLoad[]): Section {
  return {
    title: `Source calls for 1,000 looks, ${name}`,
    columns: [
      "load",
      ...COUNTED_SOURCES,
      "all",
      ...COUNTED_SOURCES.map((source) => `${source} feeds /s`),
      ...COUNTED_SOURCES.map((source) => `${source} 429`),
      ...COUNTED_SOURCES.map((source) => `${source} held back`),
    ],
    rows: measured.map(({ times: factor, callsPerThousand, feedCallsPerSecond, counts }) => [
      `${String(factor)}x`,
      ...COUNTED_SOURCES.map((source) => callsPerThousand[source].toFixed(1)),
      COUNTED_SOURCES.reduce((sum, source) => sum + callsPerThousand[source], 0).toFixed(1),
      ...COUNTED_SOURCES.map((source) => feedCallsPerSecond[source].toFixed(2)),
      ...COUNTED_SOURCES.map((source) => String(counts[source].refusedThere)),
      ...COUNTED_SOURCES.map((source) => String(counts[source].heldBack)),
    ]),
    notes: [
      `goal: ${String(GOAL_CALLS)} or less of all that looks cause; what feeds call, whether anybody looks or not, is told apart`,
      "429: refused by the source; held back: refused by the program's own budget",
      `after ${String(Math.min(WARM_SECONDS, seconds))} s of 1x to warm up, and ${String(BETWEEN_SECONDS)} s of rest before each`,
    ],
  };
}

function kinds(name: string, measured: readonly SteadyLoad[]): Section {
  return {
    title: `By what is looked at, ${name}`,
    columns: [
      "look",
      "of 100",
      ...measured.flatMap(({ times: factor }) => [`${String(factor)}x p50 ms`, "p99 ms"]),
    ],
    rows: Object.entries(PORTAL_MIX).map(([kind, weight]) => [
      kind,
      String(weight),
      ...measured.flatMap(({ byKind }) => {
        const tally = byKind.get(kind as keyof typeof PORTAL_MIX);
        return tally === undefined ? ["", ""] : [tally.p50Ms.toFixed(0), tally.p99Ms.toFixed(0)];
      }),
    ]),
    notes: [],
  };
}

function fewCalls(name: string, { cold, deep }: FewCalls): Section {
  const cells = (counts: SourceCounts) =>
    COUNTED_SOURCES.map((source) => String(counts[source].calls));
  return {
    title: `Source calls of single questions, ${name}`,
    columns: ["question", ...COUNTED_SOURCES, "errors", "p50 ms", "p99 ms"],
    rows: [
      ...cold.map(({ question, times: asked, counts, tally }) => [
        `${question}, ${String(asked)} times at once`,
        ...cells(counts),
        String(asked - (tally.answers["OK"] ?? 0)),
        tally.p50Ms.toFixed(0),
        tally.p99Ms.toFixed(0),
      ]),
      ...deep.map(({ orders, counts, errors }) => [
        `${String(orders)} orders with lines, shipments and invoices`,
        ...cells(counts),
        String(errors),
        "",
        "",
      ]),
    ],
    notes: cold.flatMap(({ question, tally }) => {
      const besides = saidBesides(tally);
      return besides === "" ? [] : [`errors of ${question}: ${besides}`];
    }),
  };
}

function away({ there, away: gone, stalePercent }: Away): Section {
  const concerns: readonly (readonly [Concern, string])[] = [
    ["erp", "the ERP's: catalogue, prices, products, orders"],
    ["others", "the warehouse's and finance's"],
  ];
  return {
    title: `Looks while the ERP is away, beside the same looks with it there: ${String(seconds)} s each`,
    columns: [
      "looks at",
      "of 100",
      "there p50 ms",
      "p99 ms",
      "away p50 ms",
      "p99 ms",
      "p99 ratio",
      "errors",
    ],
    rows: concerns.map(([concern, name]) => [
      name,
      String(shareOf(concern)),
      ...[there, gone].flatMap((when) => [
        when[concern].p50Ms.toFixed(0),
        when[concern].p99Ms.toFixed(0),
      ]),
      (gone[concern].p99Ms / there[concern].p99Ms).toFixed(2),
      String(gone[concern].asked - (gone[concern].answers["OK"] ?? 0)),
    ]),
    notes: [
      `goal of the warehouse's and finance's: ${String(GOAL_AWAY)} or less`,
      `of the ERP's values, ${stalePercent.toFixed(0)} % are told to be STALE while it is away; the others were read or copied not long before`,
    ],
  };
}

function flood(name: string, { quiet, beside, flooded, looks }: Flood): Section {
  const row = (when: string, { orders, invoices, waitedMs, triedAgain, counts }: Writing) => [
    when,
    String(orders.asked),
    ...[orders, invoices].flatMap((tally) => FLOOD_QUANTILES.map((of) => tally[of].toFixed(0))),
    waitedMs.orders.toFixed(1),
    waitedMs.invoices.toFixed(1),
    String(triedAgain),
    ...COUNTED_SOURCES.map((source) => String(counts[source].refusedThere)),
  ];
  const ratios = (to: Writing) =>
    (["orders", "invoices"] as const)
      .map((what) => {
        const told = FLOOD_QUANTILES.map((of) => {
          const ratio = (flooded[what][of] / to[what][of]).toFixed(2);
          return `${nameOf(of)} ${ratio}`;
        });
        return `${what} ${told.join(", ")}`;
      })
      .join("; ");
  const quantiles = FLOOD_QUANTILES.map((of) => `${nameOf(of)} ms`);
  return {
    title: `Orders and invoices beside a flood of looks, ${name}`,
    columns: [
      "looks",
      "orders",
      ...quantiles.map((column, at) => (at === 0 ? `at the ERP ${column}` : column)),
      ...quantiles.map((column, at) => (at === 0 ? `at finance ${column}` : column)),
      "a call waited: ERP ms",
      "finance ms",
      "tried again",
      ...COUNTED_SOURCES.map((source) => `${source} 429`),
    ],
    rows: [row("none", quiet), row("kept", beside), row("flood", flooded)],
    notes: [
      `flooded to quiet, goal ${String(GOAL_FLOOD)} or less: ${ratios(quiet)}`,
      `flooded to as many looks that are answered from what is kept: ${ratios(beside)}`,
      "from acceptance until the command is done, as the program tells it; the flood wants everything as it is now",
      "a call waited: for its turn in the lane of the writes, on average; all else of a time is the program's, the source's and this machine's",
      `looks: p50 ${looks.p50Ms.toFixed(0)} ms, p99 ${looks.p99Ms.toFixed(0)} ms, ${Object.entries(
        looks.answers,
      )
        .map(([code, count]) => `${String(count)} ${code}`)
        .join(", ")}`,
    ],
  };
}

/** `p50Ms` → `p50` */
function nameOf(quantile: (typeof FLOOD_QUANTILES)[number]): string {
  return quantile.replace("Ms", "");
}

/** Answers that are not OK, by code. */
function saidBesides({ answers: said }: Tally): string {
  return Object.entries(said)
    .filter(([code]) => code !== "OK")
    .map(([code, count]) => `${String(count)} ${code}`)
    .join(", ");
}

function print(sections: readonly Section[]): void {
  process.stdout.write(`${sections.map(renderSection).join("\n")}\n`);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function readPositive(name: string, raw: string): number {
  const value = Number(raw);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} is not a number above zero: ${raw}`);
}
