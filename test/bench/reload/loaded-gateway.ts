import { setTimeout as sleep } from "node:timers/promises";
import { answerParent } from "../kit/processes.ts";
import { openMadeUpGateway } from "../kit/made-up-gateway.ts";
import { startPauseMeter } from "./pause-meter.ts";
import type { Pauses } from "./pause-meter.ts";

/** What the gateway's process is asked for: to serve for a while, and meanwhile to load other supergraphs, or not. */
export type ServingRequest = {
  readonly forMs: number;
  /** Between the end of a reload and the next; `null`: none. */
  readonly reloadEveryMs: number | null;
};

export type Served = {
  readonly pauses: Pauses;
  readonly reloads: number;
  /** From being asked for to being served. */
  readonly longestReloadMs: number;
};

/** What no supergraph may have, as a broken file has it. */
const BROKEN = "type Query { broken: Missing }";

const { url, gateway, supergraphSdl, close } = await openMadeUpGateway({
  overHttp: ["shipments", "billing"],
  failing: new Set(),
  maxCachedDocuments: 1_000,
});
let version = 0;

answerParent({ url }, (request) => serve(request as ServingRequest), close);

async function serve({ forMs, reloadEveryMs }: ServingRequest): Promise<Served> {
  const meter = startPauseMeter();
  const endsAt = performance.now() + forMs;
  const reloadMs: number[] = [];
  if (reloadEveryMs === null) await sleep(forMs);
  while (reloadEveryMs !== null && performance.now() < endsAt) {
    const startMs = performance.now();
    await reloadAnother();
    reloadMs.push(performance.now() - startMs);
    await sleep(reloadEveryMs);
  }
  return {
    pauses: meter.stop(),
    reloads: reloadMs.length,
    longestReloadMs: Math.max(0, ...reloadMs),
  };
}

/** Each is another one, and each fourth is refused. */
async function reloadAnother(): Promise<void> {
  version += 1;
  const isBroken = version % 4 === 0;
  await gateway
    .reload({ supergraphSdl: isBroken ? BROKEN : `# ${String(version)}\n${supergraphSdl}` })
    .catch((error: unknown) => {
      if (!isBroken) throw error;
    });
}
