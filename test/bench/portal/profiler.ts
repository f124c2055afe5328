import { once } from "node:events";
import type { Profiler as Protocol } from "node:inspector";
import { WebSocket } from "ws";

/** What V8 tells of where a program's time went. */
export type CpuProfile = Protocol.Profile;

/** The profiler of a program that runs with `--inspect`: of its main thread alone. */
export interface Profiler {
  start(): Promise<void>;
  stop(): Promise<CpuProfile>;
  close(): void;
}

const SAMPLING_INTERVAL_US = 250;
const LISTENING = /Debugger listening on (ws:\/\/\S+)/;

/** @returns finds the inspector's address in what a program writes */
export function createInspectorListener(): {
  readonly onOutput: (piece: string) => void;
  readonly url: () => string;
} {
  let written = "";
  let found: string | null = null;
  return {
    onOutput: (piece) => {
      if (found !== null) return;
      written += piece;
      found = LISTENING.exec(written)?.[1] ?? null;
    },
    url: () => {
      if (found === null) throw new Error("The program has opened no inspector.");
      return found;
    },
  };
}

type Reply = { readonly id: number; readonly result?: object; readonly error?: object };

export async function openProfiler(url: string): Promise<Profiler> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, "open");
  let lastId = 0;
  const call = (method: string, params: object = {}): Promise<object> =>
    new Promise((resolve, reject) => {
      const id = (lastId += 1);
      const onMessage = (data: Buffer) => {
        const reply = JSON.parse(data.toString()) as Reply;
        if (reply.id !== id) return;
        socket.off("message", onMessage);
        if (reply.result === undefined) reject(new Error(JSON.stringify(reply.error)));
        else resolve(reply.result);
      };
      socket.on("message", onMessage);
      socket.send(JSON.stringify({ id, method, params }));
    });
  await call("Profiler.enable");
  await call("Profiler.setSamplingInterval", { interval: SAMPLING_INTERVAL_US });
  return {
    start: async () => {
      await call("Profiler.start");
    },
    stop: async () => ((await call("Profiler.stop")) as { readonly profile: CpuProfile }).profile,
    close: () => {
      socket.close();
    },
  };
}
