import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Inspected, InspectionRequest } from "./inspect.ts";

/** Looks at supergraphs in a thread, so that nobody who is being served waits for it. */
export interface InspectionThread {
  /**
   * `inspectSupergraph`, one after the other.
   * @throws {Error} the thread failed, or found no end in 60 seconds, or `stop` was called
   */
  inspect(request: InspectionRequest): Promise<Inspected>;
  /** Ends the thread, also in the middle of its work. */
  stop(): Promise<void>;
}

const TIMEOUT_MS = 60_000;
/** Starting takes seconds, and most who check a supergraph go on to serve it. */
const KEEP_IDLE_MS = 30_000;

/** Starts no thread before there is something to look at. */
export function createInspectionThread(): InspectionThread {
  const stopping = new AbortController();
  let thread: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function end(): Promise<void> {
    clearTimeout(idle);
    const ending = thread;
    thread = null;
    await ending?.terminate();
  }

  async function inspect(request: InspectionRequest): Promise<Inspected> {
    stopping.signal.throwIfAborted();
    clearTimeout(idle);
    const worker = (thread ??= startThread());
    const answered = new AbortController();
    const { signal } = answered;
    const given = AbortSignal.any([stopping.signal, AbortSignal.timeout(TIMEOUT_MS)]);
    try {
      worker.postMessage(request);
      const [inspected] = (await Promise.race([
        once(worker, "message", { signal: given }),
        once(worker, "exit", { signal }).then(() => {
          throw new Error("The inspection of the supergraph ended without a result.");
        }),
      ])) as [Inspected];
      idle = setTimeout(() => void end(), KEEP_IDLE_MS).unref();
      return inspected;
    } catch (error) {
      await end();
      throw error;
    } finally {
      answered.abort();
    }
  }

  return {
    inspect: (request) => {
      const turn = last.then(() => inspect(request));
      last = turn.catch(() => undefined);
      return turn;
    },
    stop: async () => {
      stopping.abort();
      await last;
      await end();
    },
  };
}

/** Not what keeps a process alive: nobody waits for an inspection whose process has nothing else to do. */
function startThread(): Worker {
  const worker = new Worker(new URL("./inspection-entry.js", import.meta.url), {
    execArgv: [],
    name: "crossdock-supergraph",
  });
  worker.unref();
  return worker;
}
