import { renderSection, type Section } from "../kit/section.ts";
import { placesOf, type BenchPlace } from "../commands/bench-store.ts";
import { median } from "../commands/median.ts";
import { openSite, type Crowd, type Delivery, type Site } from "./site.ts";

/**
 * `npm run bench:subscriptions [-- crowd …]`: what a subscriber costs and how fast events reach them, beside a
 * bare WebSocket server that writes the same frames to as many sockets in the same run. The log is embedded, or
 * in PostgreSQL where `DATABASE_URL` names a server.
 */
const CROWDS: Readonly<Record<string, Crowd>> = {
  "1000": { subscribers: 1_000, sockets: 1_000, groups: 100 },
  "1000-together": { subscribers: 1_000, sockets: 1_000, groups: 1 },
  "10000": { subscribers: 10_000, sockets: 10_000, groups: 1_000 },
  "10000-shared": { subscribers: 10_000, sockets: 500, groups: 1_000 },
};
const RATES: Readonly<Record<string, readonly number[]>> = {
  "1000-together": [10],
};
const DEFAULT_RATES = [100, 1_000];
const ROUNDS = 3;
const GOAL_KB = 12;
const GOAL_P99 = 2;
/** A server needs some files beside its sockets. */
const OTHER_FILES = 200;
const BYTES_PER_KB = 1_024;
const MS_PER_SECOND = 1_000;

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in CROWDS));
if (unknown.length > 0) {
  throw new Error(
    `No such crowd: ${unknown.join(", ")}. There are: ${Object.keys(CROWDS).join(", ")}.`,
  );
}
for (const place of placesOf(process.env)) {
  for (const [name, crowd] of Object.entries(CROWDS)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    if (crowd.sockets + OTHER_FILES > maxOpenFiles()) {
      process.stdout.write(`${name}: a process may open ${String(maxOpenFiles())} files only.\n\n`);
      continue;
    }
    process.stdout.write(
      `${renderSection(await run(place, crowd, RATES[name] ?? DEFAULT_RATES))}\n`,
    );
  }
}
process.exit(0);

async function run(place: BenchPlace, crowd: Crowd, rates: readonly number[]): Promise<Section> {
  const { subscribers, sockets, groups } = crowd;
  const bare = await openSite({ file: "bare-server.ts", args: [] }, crowd);
  const ours = await openSite(
    { file: "gateway-server.ts", args: [JSON.stringify(place), String(subscribers * 2)] },
    crowd,
  );
  const rows: (readonly string[])[] = [];
  for (const rate of rates) {
    const rounds: { bare: Delivery; ours: Delivery }[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      process.stderr.write(`${String(rate)} events/s, round ${String(round + 1)}\n`);
      rounds.push({ bare: await bare.deliver(rate), ours: await ours.deliver(rate) });
    }
    rows.push([String(rate), ...cellsOf(rounds)]);
  }
  const backMs = { bare: await bare.comeBack(), ours: await ours.comeBack() };
  const memory = memoryNote(bare, ours);
  await bare.close();
  await ours.close();
  const seconds = (ms: number) => (ms / MS_PER_SECOND).toFixed(1);
  return {
    title: `${String(subscribers)} subscribers on ${String(sockets)} sockets, each event for ${String(subscribers / groups)} of them, log: ${place.name}`,
    columns: [
      "events/s",
      "bare p50 ms",
      "p99 ms",
      "CPU µs",
      "ours p50 ms",
      "p99 ms",
      "CPU µs",
      "p99 ratio",
      "with commit p50 ms",
      "p99 ms",
      "not delivered",
    ],
    rows,
    notes: [
      memory,
      `all cut off at once, until each has the event of meanwhile: bare ${seconds(backMs.bare)} s, ours ${seconds(backMs.ours)} s`,
      `p99 ratio: ours to bare, goal ${String(GOAL_P99)} or less; from the commit (bare: from the call that writes), and with it from the call that appends`,
      "CPU: of the server's process for each delivery; in ours the embedded database, which commits each event, is in it",
      `medians of ${String(ROUNDS)} rounds, bare and ours in turn; clients are processes of their own on the same machine`,
    ],
  };
}

function cellsOf(
  rounds: readonly { readonly bare: Delivery; readonly ours: Delivery }[],
): string[] {
  const middle = (of: (round: { bare: Delivery; ours: Delivery }) => number, digits = 1) =>
    median(rounds.map(of)).toFixed(digits);
  const missing = rounds.flatMap(({ bare, ours }) => [bare, ours]);
  return [
    middle(({ bare }) => bare.p50Ms),
    middle(({ bare }) => bare.p99Ms),
    middle(({ bare }) => bare.cpuUs),
    middle(({ ours }) => ours.p50Ms),
    middle(({ ours }) => ours.p99Ms),
    middle(({ ours }) => ours.cpuUs),
    middle(({ bare, ours }) => ours.p99Ms / bare.p99Ms, 2),
    middle(({ ours }) => ours.askedP50Ms),
    middle(({ ours }) => ours.askedP99Ms),
    String(missing.reduce((sum, { expected, received }) => sum + expected - received, 0)),
  ];
}

function memoryNote(bare: Site, ours: Site): string {
  const kb = (bytes: number) => (bytes / BYTES_PER_KB).toFixed(1);
  const [socket, subscriber] = [bare.memoryPerSubscriber, ours.memoryPerSubscriber];
  return (
    `memory of an idle subscriber, heap / RSS in KB: bare ${kb(socket.heap)} / ${kb(socket.rss)}, ` +
    `ours ${kb(subscriber.heap)} / ${kb(subscriber.rss)}, so ${kb(subscriber.heap - socket.heap)} / ` +
    `${kb(subscriber.rss - socket.rss)} beyond the socket's own; goal ${String(GOAL_KB)} or less`
  );
}

function maxOpenFiles(): number {
  const { userLimits } = process.report.getReport() as unknown as {
    readonly userLimits: { readonly open_files: { readonly soft: number | "unlimited" } };
  };
  const { soft } = userLimits.open_files;
  return soft === "unlimited" ? Number.POSITIVE_INFINITY : soft;
}
