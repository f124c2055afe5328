import type { CpuProfile } from "./profiler.ts";

/** Where in the tree a function stands, the first that fits; what no file tells is told by the function's name. */
const ROOMS: readonly (readonly [string, RegExp])[] = [
  ["Apollo", /node_modules\/@apollo\//],
  ["graphql", /node_modules\/graphql\//],
  ["loaders (dataloader)", /node_modules\/dataloader\//],
  ["read cache (bentocache)", /spine\/reads\/|node_modules\/(bentocache|@boringnode|lru-cache)\//],
  [
    "ledger (kysely, pglite)",
    /spine\/(ledger|processes)\/|node_modules\/(kysely|pg|@electric-sql)\//,
  ],
  ["journal of accesses", /spine\/audit\//],
  ["tracing", /node_modules\/@opentelemetry\/|tracing\.ts|read-tally\.ts/],
  ["metrics (prom-client)", /node_modules\/prom-client\//],
  ["resolvers", /subgraphs\/(?!kit\/)/],
  ["guards and gate", /subgraphs\/kit\//],
  ["gateway", /\/gateway\/(src|dist)\//],
  ["domain", /\/domain\/src\//],
  ["token (jose)", /node_modules\/jose\//],
  ["async hooks", /node:(internal\/)?async/],
  [
    "http",
    /node_modules\/(fastify|@fastify|find-my-way|light-my-request|undici)\/|node:(_http|internal\/http|net|internal\/net|internal\/stream|internal\/streams|_stream|http|events|buffer|internal\/buffer)/,
  ],
  ["worker messages", /node:internal\/(worker|per_context|structured)/],
  ["other libraries", /node_modules\//],
  ["node", /node:/],
  ["the rest of ours", /^file:/],
];

/** What is no function. */
const BY_NAME: ReadonlyMap<string, string> = new Map([
  ["(garbage collector)", "garbage collector"],
  ["(program)", "native code and kernel"],
  ["(idle)", "idle"],
]);

export type Share = { readonly name: string; readonly share: number };

export type ProfileSummary = {
  /** Of the time in which the thread did anything, most first. */
  readonly rooms: readonly Share[];
  readonly functions: readonly Share[];
  /** Of the whole time. */
  readonly busy: number;
};

const FUNCTIONS_SHOWN = 40;

/** Where the time of a profile went, by the functions themselves and not by what they called. */
export function summarize({ nodes, samples = [], timeDeltas = [] }: CpuProfile): ProfileSummary {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rooms = new Map<string, number>();
  const functions = new Map<string, number>();
  let [busy, all] = [0, 0];
  for (const [at, id] of samples.entries()) {
    const took = timeDeltas[at] ?? 0;
    all += took;
    const frame = byId.get(id)?.callFrame;
    if (frame === undefined) continue;
    const room = roomOf(frame.functionName, frame.url);
    if (room === "idle") continue;
    busy += took;
    rooms.set(room, (rooms.get(room) ?? 0) + took);
    const name = `${frame.functionName === "" ? "(anonymous)" : frame.functionName} ${placeOf(frame)}`;
    functions.set(name, (functions.get(name) ?? 0) + took);
  }
  return {
    rooms: sharesOf(rooms, busy),
    functions: sharesOf(functions, busy).slice(0, FUNCTIONS_SHOWN),
    busy: busy / all,
  };
}

function roomOf(functionName: string, url: string): string {
  const named = BY_NAME.get(functionName);
  if (named !== undefined) return named;
  return ROOMS.find(([, pattern]) => pattern.test(url))?.[0] ?? "built in (JSON, Map, promises)";
}

function placeOf({ url, lineNumber }: CpuProfile["nodes"][number]["callFrame"]): string {
  const file = url.split("/").slice(-3).join("/");
  return file === "" ? "" : `${file}:${String(lineNumber + 1)}`;
}

function sharesOf(times: ReadonlyMap<string, number>, all: number): readonly Share[] {
  return [...times]
    .sort(([, left], [, right]) => right - left)
    .map(([name, took]) => ({ name, share: took / all }));
}
