import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "undici";
import { openMadeUpGateway } from "../bench/kit/made-up-gateway.ts";
import { renderSection } from "../bench/kit/section.ts";
import { growthBytes, type HeapSample } from "./growth.ts";
import { keepDoing, kindsOfLoad } from "./kinds-of-load.ts";

/**
 * `npm run soak [-- --minutes 30 | --seconds 30] [--leak]`: the gateway over subgraphs of its own process and over HTTP,
 * under mixed load and with another supergraph every few seconds. Ends with 1 when its heap has grown over the second
 * half, or when something was not answered as it has to be.
 * `--leak` is the control: the soak itself then keeps what it should let go of, and has to fail.
 */
const argument = (name: string) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? null : Number(process.argv[at + 1]);
};
const MINUTE_MS = 60_000;
const DURATION_MS =
  (argument("--seconds") ?? 0) * 1_000 + (argument("--minutes") ?? 0) * MINUTE_MS || MINUTE_MS;
/** A line through fewer says nothing: a soak that has fewer by its end goes on. */
const MIN_SAMPLES = 8;
/** What the heap may have grown by over the second half: garbage that one collection did not find, and code that got hot. */
const MAX_GROWTH_BYTES = 6 * 1024 * 1024;
/** Few, so that they are soon as many as are kept. All else that is kept of operations goes with its supergraph. */
const MAX_CACHED_DOCUMENTS = 50;
const LEAKED_BYTES = 128 * 1024;
const LEAK_EVERY_MS = 50;
const BETWEEN_RELOADS_MS = 500;
/** What was begun before a reload holds what was replaced until it is answered: the least of several looks counts. */
const LOOKS = 6;
const BETWEEN_LOOKS_MS = 150;
const TICK_EVERY_MS = 100;
/** Of each kind of load, between two. */
const PAUSE_MS = 10;
const CONNECTIONS = 16;
const MEGABYTE = 1024 * 1024;

const { gc } = globalThis;
if (gc === undefined) throw new Error("Start it with --expose-gc, as `npm run soak` does.");

const { url, gateway, supergraphSdl, tick, close } = await openMadeUpGateway({
  overHttp: ["shipments", "billing"],
  failing: new Set(["Order.invoices"]),
  maxCachedDocuments: MAX_CACHED_DOCUMENTS,
});
const pool = new Pool(new URL(url).origin, { connections: CONNECTIONS });
const kinds = kindsOfLoad({ pool, socketUrl: url.replace("http", "ws") });
const done = new Map<string, number>(kinds.map(({ name }) => [name, 0]));
const failures: string[] = [];
const startMs = performance.now();
const leaked: Buffer[] = [];
let isOver = false;

const loops = kinds.map((kind) =>
  keepDoing(kind, {
    everyMs: PAUSE_MS,
    isOver: () => isOver,
    done: (error) => {
      done.set(kind.name, (done.get(kind.name) ?? 0) + 1);
      if (error !== null) failures.push(`${kind.name}: ${String(error)}`);
    },
  }),
);
const ticking = setInterval(tick, TICK_EVERY_MS);
const leaking = process.argv.includes("--leak")
  ? setInterval(() => leaked.push(Buffer.from("x".repeat(LEAKED_BYTES))), LEAK_EVERY_MS)
  : undefined;
const samples = await reloadAndSample(gc);
isOver = true;
await Promise.all(loops);
clearInterval(ticking);
clearInterval(leaking);
await pool.close();
await close();

const growth = growthBytes(samples);
const never = [...done].filter(([, times]) => times === 0).map(([name]) => name);
process.stdout.write(
  renderSection({
    title: "Memory under mixed load",
    columns: ["at s", "heap MB", "resident MB"],
    rows: samples.map(({ atMs, heapBytes, residentBytes }) => [
      (atMs / 1_000).toFixed(0),
      (heapBytes / MEGABYTE).toFixed(1),
      (residentBytes / MEGABYTE).toFixed(0),
    ]),
    notes: [
      `${[...done].map(([name, times]) => `${name} ${String(times)}`).join(", ")}, and ${String(samples.length)} reloads`,
      `grown by ${(growth / MEGABYTE).toFixed(1)} MB over the second half, of at most ${String(MAX_GROWTH_BYTES / MEGABYTE)}`,
      ...(never.length > 0 ? [`never done: ${never.join(", ")}`] : []),
      ...(failures.length > 0
        ? [`${String(failures.length)} failed, such as: ${failures[0] ?? ""}`]
        : []),
    ],
  }),
);
process.exit(growth <= MAX_GROWTH_BYTES && never.length === 0 && failures.length === 0 ? 0 : 1);

/**
 * Loads another supergraph again and again, each fourth of which is refused, and looks at the memory after each that is
 * served: by then what was kept for the one before is gone, and of the next there is nothing yet.
 */
async function reloadAndSample(collect: () => void): Promise<readonly HeapSample[]> {
  const taken: HeapSample[] = [];
  for (let version = 1; ; version += 1) {
    const atMs = performance.now() - startMs;
    if (atMs >= DURATION_MS && taken.length >= MIN_SAMPLES) return taken;
    await sleep(BETWEEN_RELOADS_MS);
    if (version % 4 === 0) {
      await refused("type Query {");
      continue;
    }
    await gateway.reload({ supergraphSdl: `# ${String(version)}\n${supergraphSdl}` });
    taken.push({ atMs, ...(await leastMemory(collect)) });
  }
}

async function leastMemory(collect: () => void): Promise<Omit<HeapSample, "atMs">> {
  let heapBytes = Infinity;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    await sleep(BETWEEN_LOOKS_MS);
    collect();
    const { heapUsed, external } = process.memoryUsage();
    heapBytes = Math.min(heapBytes, heapUsed + external);
  }
  return { heapBytes, residentBytes: process.memoryUsage.rss() };
}

async function refused(supergraph: string): Promise<void> {
  await gateway.reload({ supergraphSdl: supergraph }).then(
    () => failures.push("reload: what is broken was served"),
    () => undefined,
  );
}
