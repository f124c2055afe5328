import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Inspection, InspectionRequest } from "./inspect.ts";

/** Loading the federation libraries takes most of it; a machine under load takes several times as long. */
const INSPECTION_TIMEOUT_MS = 60_000;

/**
 * `inspectSupergraph` in a thread that ends with it, so that nobody who is being served waits for it.
 * @throws {Error} the thread failed, or found no end in 60 seconds, or `signal` aborted
 */
export async function inspectInThread(
  request: InspectionRequest,
  signal: AbortSignal,
): Promise<Inspection> {
  const worker = new Worker(new URL("./inspection-entry.js", import.meta.url), {
    workerData: request,
    execArgv: [],
    name: "crossdock-supergraph",
  });
  const ended = AbortSignal.any([signal, AbortSignal.timeout(INSPECTION_TIMEOUT_MS)]);
  try {
    const [inspection] = (await Promise.race([
      once(worker, "message", { signal: ended }),
      failureOf(worker),
    ])) as [Inspection];
    return inspection;
  } finally {
    await worker.terminate();
  }
}

/** A thread that ends without an answer would be waited for in vain. */
async function failureOf(worker: Worker): Promise<never> {
  const [code] = (await once(worker, "exit")) as [number];
  throw new Error(`The inspection of the supergraph ended with code ${String(code)}.`);
}
