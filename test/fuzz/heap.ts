import { WebSocket } from "ws";

/** In millions of bytes, after garbage was collected. */
export type Memory = { readonly heapMb: number; readonly rssMb: number };

const BYTES_PER_MB = 1_000_000;
const COLLECTIONS = 3;
const ANSWER_MS = 30_000;
const USAGE = "JSON.stringify(process.memoryUsage())";

/**
 * Asks a running program to collect its garbage and say what it holds, over the debugger that it listens with.
 * @param debuggerUrl e.g. `ws://127.0.0.1:9229/…`
 */
export async function measureMemory(debuggerUrl: string): Promise<Memory> {
  const socket = new WebSocket(debuggerUrl);
  await new Promise<void>((resolve, reject) => {
    socket.once("open", resolve);
    socket.once("error", reject);
  });
  try {
    for (let at = 1; at <= COLLECTIONS; at += 1) {
      await call(socket, at, "HeapProfiler.collectGarbage", {});
    }
    const { result } = (await call(socket, COLLECTIONS + 1, "Runtime.evaluate", {
      expression: USAGE,
    })) as { readonly result: { readonly value: string } };
    const { heapUsed, external, rss } = JSON.parse(result.value) as NodeJS.MemoryUsage;
    return { heapMb: (heapUsed + external) / BYTES_PER_MB, rssMb: rss / BYTES_PER_MB };
  } finally {
    socket.close();
  }
}

function call(socket: WebSocket, id: number, method: string, params: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`The program does not answer ${method}.`));
    }, ANSWER_MS);
    const hear = (data: Buffer) => {
      const message = JSON.parse(data.toString()) as {
        readonly id?: number;
        readonly result?: unknown;
      };
      if (message.id !== id) return;
      clearTimeout(timer);
      socket.off("message", hear);
      resolve(message.result);
    };
    socket.on("message", hear);
    socket.send(JSON.stringify({ id, method, params }));
  });
}
