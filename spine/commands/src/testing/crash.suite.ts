import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { systemClock } from "@crossdock/runtime";
import { createCommandLog } from "../command-log.ts";
import { parseIdempotencyKey } from "../idempotency.ts";
import { createCommandWorker } from "../worker.ts";
import { LOST_AFTER, LOST_BEFORE, startDocumentSource } from "./document-source.ts";
import { startWork } from "./mortal-work.ts";
import type { MortalWork } from "./mortal-work.ts";
import type { Place } from "./places.ts";
import { putDocument, silent } from "./stand.ts";

const WAIT_MS = 20_000;
/** Long for a call on a busy machine, short for whoever waits for the test. */
const LEASE_MS = 3_000;
const LOCK_MS = 1_000;

/** @param open a ledger and a queue of its own, which both processes open */
export function crashSuite(open: () => Promise<Place>): void {
  test("commands of a worker killed with -9, before and after the source did them, are done once each", async () => {
    const source = await startDocumentSource();
    const { remove, ...where } = await open();
    const documents = [LOST_BEFORE, LOST_AFTER];
    const work: MortalWork = {
      ...where,
      sourceUrl: source.url,
      documents,
      leaseMs: LEASE_MS,
      lockMs: LOCK_MS,
    };

    const file = join(__dirname, "mortal-worker.ts");
    const child = spawn(process.execPath, ["--import", "tsx", file, JSON.stringify(work)], {
      stdio: "inherit",
    });
    const ended = once(child, "exit");
    await Promise.race([source.unanswered(documents.length), ended]);
    expect(child.exitCode).toBeNull();
    child.kill("SIGKILL");
    await ended;

    const { ledger, queues, workerOptions } = await startWork(work);
    const told = () => Promise.resolve();
    const nothing = () => ({ events: [], audit: [] });
    const log = createCommandLog({
      ledger,
      definitions: [putDocument],
      clock: systemClock,
      journal: {
        accepted: nothing,
        claimed: nothing,
        answered: nothing,
        changed: told,
        finished: told,
      },
      logger: silent,
    });
    const worker = createCommandWorker({
      ledger,
      log,
      queues,
      concurrency: { erp: 2, wms: 0, finance: 0 },
      lookAgainMs: 200,
      logger: silent,
      ...workerOptions,
    });
    await worker.start();
    for (const document of documents) {
      const accepted = await log.findByKey("portal", parseIdempotencyKey(document));
      const settled = await log.waitUntilSettled(
        accepted?.id ?? "not accepted",
        WAIT_MS,
        AbortSignal.timeout(WAIT_MS),
      );
      expect(settled?.status).toBe("SUCCEEDED");
      expect(settled?.attempts).toBeGreaterThan(1);
      expect(source.count(document)).toBe(1);
    }
    await worker.stop();
    await queues.close();
    await log.close();
    await ledger.close();
    await remove();
    await source.close();
  }, 60_000);
}
