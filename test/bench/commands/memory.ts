import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { BenchPlace } from "./bench-store.ts";
import type { Section } from "../kit/section.ts";

/** In millions of bytes. */
export type MemorySample = { readonly rssMb: number; readonly heapMb: number };

export type MemoryRun = {
  /** After garbage was collected, as `queued` and `after` are. */
  readonly before: MemorySample;
  readonly peak: MemorySample;
  /** All orders wait, the ERP is down. */
  readonly queued: MemorySample;
  readonly after: MemorySample;
  readonly drainedInMs: number;
};

const ORDERS = 10_000;

/** Orders pile up while the ERP is down, and go through when it is back. */
export async function run(places: readonly BenchPlace[]): Promise<Section> {
  const rows: string[][] = [];
  for (const place of places) {
    const { before, peak, queued, after, drainedInMs } = await runApart(place);
    const moments = [before, queued, peak, after];
    rows.push([
      place.name,
      ...moments.map(({ rssMb, heapMb }) => `${rssMb.toFixed(0)} / ${heapMb.toFixed(0)}`),
      (drainedInMs / 1_000).toFixed(0),
    ]);
  }
  return {
    title: `Memory over ${String(ORDERS)} queued orders, RSS / heap in MB`,
    columns: ["store", "before", "all queued", "peak", "after", "drained in s"],
    rows,
    notes: [
      "The process that accepts, relays and works, in which the embedded database lives too.",
      "The peak is sampled while it happens; the other moments after garbage was collected.",
    ],
  };
}

async function runApart(place: BenchPlace): Promise<MemoryRun> {
  const child = fork(
    join(import.meta.dirname, "memory-run.ts"),
    [JSON.stringify(place), String(ORDERS)],
    { execArgv: ["--expose-gc", "--import", "tsx"] },
  );
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`The measured process ended with ${String(code)}.`);
  });
  const [measured] = (await Promise.race([once(child, "message"), ended])) as [MemoryRun];
  ended.catch(() => undefined);
  return measured;
}
