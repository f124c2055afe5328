import { fileURLToPath } from "node:url";
import { Pool } from "undici";
import { median } from "../commands/median.ts";
import { startHelper } from "../kit/processes.ts";
import { renderSection } from "../kit/section.ts";
import type { Served, ServingRequest } from "./loaded-gateway.ts";
import { KNOWN_OPERATIONS, newOperation } from "./operations.ts";

/**
 * `npm run bench:reload [-- --seconds N --rounds N]`: what clients notice while the supergraph is replaced all the time.
 * One gateway over made-up subgraphs, in a process of its own, under the requests of five loops, one of which asks
 * for something new each time. Rounds without reloads and with them take turns. Ends with 1 when a request failed.
 */
const argument = (name: string, otherwise: number) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const ROUND_MS = argument("--seconds", 10) * 1_000;
const ROUNDS = argument("--rounds", 3);
const RELOAD_EVERY_MS = 1_000;
const KNOWN_LOOPS = 4;
/** Between two operations that nobody has asked for before. */
const NEW_EVERY_MS = 100;

const MODES = [
  { name: "no reloads", reloadEveryMs: null },
  { name: "reloads", reloadEveryMs: RELOAD_EVERY_MS },
] as const;

type Round = Served & {
  readonly failed: number;
  readonly perSecond: number;
  readonly p99Ms: number;
  readonly newP50Ms: number;
};

const gateway = await startHelper<ServingRequest, { readonly url: string }>(
  fileURLToPath(new URL("loaded-gateway.ts", import.meta.url)),
  [],
);
const { origin, pathname } = new URL(gateway.hello.url);
const pool = new Pool(origin, { connections: KNOWN_LOOPS + 1 });
const expected = new Map<string, string>();
let newOperations = 0;

await round(null); // warms up
const rounds = new Map<string, Round[]>(MODES.map(({ name }) => [name, []]));
for (let each = 0; each < ROUNDS; each += 1) {
  for (const { name, reloadEveryMs } of MODES) {
    rounds.get(name)?.push(await round(reloadEveryMs));
  }
}
await pool.close();
await gateway.stop();

const rows = MODES.map(({ name }) => {
  const measured = rounds.get(name) ?? [];
  const of = (value: (round: Round) => number) => median(measured.map(value));
  const sum = (value: (round: Round) => number) =>
    measured.map(value).reduce((total, one) => total + one, 0);
  return [
    name,
    of(({ perSecond }) => perSecond).toFixed(0),
    of(({ p99Ms }) => p99Ms).toFixed(1),
    of(({ newP50Ms }) => newP50Ms).toFixed(1),
    of(({ pauses }) => pauses.p99Ms).toFixed(1),
    of(({ pauses }) => pauses.p999Ms).toFixed(1),
    Math.max(...measured.map(({ pauses }) => pauses.longestMs)).toFixed(1),
    Math.max(...measured.map(({ pauses }) => pauses.longestWorkMs)).toFixed(1),
    String(sum(({ reloads }) => reloads)),
    Math.max(...measured.map(({ longestReloadMs }) => longestReloadMs)).toFixed(0),
    String(sum(({ failed }) => failed)),
  ];
});
process.stdout.write(
  renderSection({
    title: "Another supergraph under load",
    columns: [
      "round",
      "requests/s",
      "p99 ms",
      "new p50 ms",
      "pause p99",
      "pause p99.9",
      "longest",
      "of work",
      "reloads",
      "slowest reload",
      "failed",
    ],
    rows,
    notes: [
      "pauses of the gateway's event loop in ms; of work: the longest that its own thread worked without a turn for others",
      `${String(KNOWN_LOOPS)} loops of known operations and one of new ones; medians of ${String(ROUNDS)} rounds of ${String(ROUND_MS / 1_000)} s, in turn`,
      "a fourth of the supergraphs is refused",
    ],
  }),
);
const failed = [...rounds.values()].flat().some((one) => one.failed > 0);
process.exit(failed ? 1 : 0);

async function round(reloadEveryMs: number | null): Promise<Round> {
  const serving = gateway.ask({ forMs: ROUND_MS, reloadEveryMs });
  let isOver = false;
  let failed = 0;
  const took: number[] = [];
  const newTook: number[] = [];

  async function timed(query: string, into: number[]): Promise<string | null> {
    const startMs = performance.now();
    const text = await ask(query).catch(() => null);
    into.push(performance.now() - startMs);
    if (text === null) failed += 1;
    return text;
  }

  async function askKnown(loop: number): Promise<void> {
    for (let count = loop; !isOver; count += 1) {
      const query = KNOWN_OPERATIONS[count % KNOWN_OPERATIONS.length] ?? "";
      const text = await timed(query, took);
      const first = expected.get(query) ?? text;
      if (first !== null) expected.set(query, first);
      if (text !== null && text !== first) failed += 1;
    }
  }

  async function askNew(): Promise<void> {
    while (!isOver) {
      newOperations += 1;
      await timed(newOperation(newOperations), newTook);
      await new Promise((resolve) => setTimeout(resolve, NEW_EVERY_MS));
    }
  }

  const startMs = performance.now();
  const loops = Array.from({ length: KNOWN_LOOPS }, (_, loop) => askKnown(loop));
  loops.push(askNew());
  const served = (await serving) as Served;
  isOver = true;
  await Promise.all(loops);
  const seconds = (performance.now() - startMs) / 1_000;
  return {
    ...served,
    failed,
    perSecond: took.length / seconds,
    p99Ms: percentile(took, 0.99),
    newP50Ms: percentile(newTook, 0.5),
  };
}

/** @returns the data, as text; `null` when there are errors or no answer */
async function ask(query: string): Promise<string | null> {
  const { statusCode, body } = await pool.request({
    method: "POST",
    path: pathname,
    headers: { "content-type": "application/json", authorization: "Bearer any" },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await body.json()) as {
    readonly data?: unknown;
    readonly errors?: unknown;
  };
  return statusCode === 200 && errors === undefined ? JSON.stringify(data) : null;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}
