import { Worker } from "node:worker_threads";
import { LedgerClosedError } from "../errors.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-protocol.ts";

export interface DatabaseThread {
  /** One call at a time: the next only after the answer. Rejects when the thread has ended. */
  execute(bytes: Uint8Array): Promise<Uint8Array>;
  /** Shuts the database down in order and ends the thread. */
  close(): Promise<void>;
  /** Settles when the thread has ended, whatever the reason. */
  readonly ended: Promise<LedgerClosedError>;
}

/**
 * Starts the database in a thread of its own and waits until it serves: after the recovery of what an
 * earlier process left, and after the proof that commits reach the disk.
 * @throws {Error} what the thread threw while it started
 */
export async function startDatabaseThread(dataDir: string): Promise<DatabaseThread> {
  const worker = new Worker(new URL("./worker-entry.js", import.meta.url), {
    workerData: { dataDir },
    execArgv: [],
    name: "crossdock-ledger",
  });
  const thread = new Thread(worker);
  await thread.ready;
  return thread;
}

type Settle<T> = {
  readonly resolve: (value: T) => void;
  readonly reject: (error: unknown) => void;
};

class Thread implements DatabaseThread {
  readonly ready: Promise<void>;
  readonly ended: Promise<LedgerClosedError>;
  readonly #worker: Worker;
  #waiting: Settle<Uint8Array> | null = null;
  #endedWith: LedgerClosedError | null = null;

  constructor(worker: Worker) {
    this.#worker = worker;
    let cause: unknown;
    this.ended = new Promise((resolve) => {
      worker.on("error", (error) => (cause = error));
      worker.once("exit", (code) => {
        const why =
          cause instanceof Error ? cause.message : `its thread ended with code ${String(code)}.`;
        this.#endedWith = new LedgerClosedError(why, { cause });
        resolve(this.#endedWith);
        this.#waiting?.reject(this.#endedWith);
      });
    });
    this.ready = new Promise((resolve, reject) => {
      worker.on("message", (message: WorkerAnswer) => {
        if (message.kind === "ready") resolve();
        else if (message.kind === "answer") this.#settle(message.bytes);
      });
      void this.ended.then((error) => {
        reject(error.cause instanceof Error ? error.cause : error);
      });
    });
  }

  execute(bytes: Uint8Array): Promise<Uint8Array> {
    if (this.#endedWith !== null) return Promise.reject(this.#endedWith);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#post({ kind: "execute", bytes });
    });
  }

  async close(): Promise<void> {
    this.#post({ kind: "close" });
    await this.ended;
  }

  #settle(bytes: Uint8Array): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    waiting?.resolve(bytes);
  }

  #post(request: WorkerRequest): void {
    this.#worker.postMessage(request);
  }
}
