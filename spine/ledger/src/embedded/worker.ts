import { parentPort, workerData } from "node:worker_threads";
import { PGlite } from "@electric-sql/pglite";
import { SEARCH_PATH } from "../ledger-pool.ts";
import { prepareCluster } from "./cluster.ts";
import { proveDurable } from "./durability-proof.ts";
import { DurableNodeFs } from "./durable-node-fs.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-protocol.ts";

/**
 * The database's own thread: PGlite executes a statement without yielding, so on the main thread it
 * would stop every other request meanwhile.
 */
const SHARED_BUFFERS = "16MB";
/** Up to so much of it is used again: a new file of it is a fsync of 16 MB in the middle of somebody's statement. */
const MAX_WAL_SIZE = "160MB";

/**
 * What is new to an index over arrays waits beside it until it is so much, and is sorted in by the statement that finds it
 * full: 4 MB, as PostgreSQL has it, are 0.3 s of the only session now and then, and this is 10 ms at most.
 */
const PENDING_LIST = "64kB";

const port = parentPort;
if (port === null) throw new Error("worker.ts runs as a worker thread only.");
const { dataDir } = workerData as { readonly dataDir: string };

const answer = (message: WorkerAnswer, transfer: ArrayBuffer[] = []) => {
  port.postMessage(message, transfer);
};

await prepareCluster(dataDir);
const files = new DurableNodeFs(dataDir);
const database = await PGlite.create({ fs: files, startParams: startParameters() });
proveDurable({
  dataDir,
  execute: (request) => database.execProtocolRawSync(request),
  countSyncs: () => files.syncs,
});

port.on("message", (request: WorkerRequest) => {
  if (request.kind === "close") void close();
  else reply(database.execProtocolRawSync(request.bytes));
});
answer({ kind: "ready" });

function reply(bytes: Uint8Array): void {
  answer({ kind: "answer", bytes }, [bytes.buffer as ArrayBuffer]);
}

async function close(): Promise<void> {
  await database.close();
  answer({ kind: "closed" });
  port?.close();
}

function startParameters(): string[] {
  const settings = {
    fsync: "on",
    synchronous_commit: "on",
    wal_sync_method: "fsync", // the only method that reaches the file system's fsync
    shared_buffers: SHARED_BUFFERS,
    max_wal_size: MAX_WAL_SIZE,
    gin_pending_list_limit: PENDING_LIST,
    plan_cache_mode: "force_custom_plan", // statements are kept from when their tables were empty
    search_path: SEARCH_PATH,
    timezone: "UTC",
  };
  return [
    ...PGlite.defaultStartParams.filter((parameter) => parameter !== "-F"),
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}
