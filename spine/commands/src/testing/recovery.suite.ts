import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Ledger } from "@crossdock/ledger";
import { systemClock } from "@crossdock/runtime";
import { createCommandLog } from "../command-log.ts";
import { parseIdempotencyKey } from "../idempotency.ts";
import type { CommandJournal } from "../journal.ts";
import { createCommandWorker } from "../worker.ts";
import { DOCUMENT_SETTLE_MS, LOST_BEFORE, startDocumentSource } from "./document-source.ts";
import { startWork } from "./mortal-work.ts";
import type { MortalWork } from "./mortal-work.ts";
import type { Place } from "./places.ts";
import { putDocument, silent } from "./stand.ts";

const WAIT_MS = 20_000;
const LEASE_MS = 3_000;
const LOCK_MS = 1_000;
/** Longer than a lease, so that the command would be lost without renewal. */
const WORKED_MS = 1.5 * LEASE_MS;
/** From the moment at which it may be taken up until it is: relay, queue, claim. */
const TAKEN_UP_WITHIN_MS = 3_000;

/** @param open a ledger and a queue of its own, which both processes open */
export function recoverySuite(open: () => Promise<Place>): void {
  test("a long attempt keeps its lease, and a worker killed in it delays its command by lease and settle window", async () => {
    const source = await startDocumentSource();
    const { remove, ...where } = await open();
    const work: MortalWork = {
      ...where,
      sourceUrl: source.url,
      documents: [LOST_BEFORE],
      leaseMs: LEASE_MS,
      lockMs: LOCK_MS,
    };
    const file = join(__dirname, "mortal-worker.ts");
    const child = spawn(process.execPath, ["--import", "tsx", file, JSON.stringify(work)], {
      stdio: "inherit",
    });
    const ended = once(child, "exit");
    await Promise.race([source.unanswered(1), ended]);
    await sleep(WORKED_MS);
    expect(child.exitCode).toBeNull();
    const killedMs = Date.now();
    child.kill("SIGKILL");
    await ended;

    const { ledger, queues, workerOptions } = await startWork(work);
    const { attempts, dueMs } = await readRunning(ledger);
    expect(attempts).toBe(1);
    expect(dueMs).toBeGreaterThan(killedMs);
    expect(dueMs - killedMs).toBeLessThanOrEqual(LEASE_MS + DOCUMENT_SETTLE_MS);

    const claimedMs: number[] = [];
    const log = createCommandLog({
      ledger,
      definitions: [putDocument],
      clock: systemClock,
      journal: watchingClaims(() => claimedMs.push(Date.now())),
      logger: silent,
    });
    const worker = createCommandWorker({
      ledger,
      log,
      queues,
      concurrency: { erp: 2, wms: 0, finance: 0 },
      logger: silent,
      ...workerOptions,
    });
    const startedMs = Date.now();
    await worker.start();
    const accepted = await log.findByKey("portal", parseIdempotencyKey(LOST_BEFORE));
    const settled = await log.waitUntilSettled(
      accepted?.id ?? "not accepted",
      WAIT_MS,
      AbortSignal.timeout(WAIT_MS),
    );
    expect(settled).toMatchObject({ status: "SUCCEEDED", attempts: 2 });
    expect(source.count(LOST_BEFORE)).toBe(1);
    expect(claimedMs).toHaveLength(1);
    const mayBeTakenUpMs = Math.max(dueMs, startedMs);
    expect((claimedMs[0] ?? 0) - mayBeTakenUpMs).toBeLessThan(TAKEN_UP_WITHIN_MS);
    await worker.stop();
    await queues.close();
    await log.close();
    await ledger.close();
    await remove();
    await source.close();
  }, 60_000);
}

/** The clock of the database is this machine's. */
async function readRunning(ledger: Ledger): Promise<{ attempts: number; dueMs: number }> {
  const { rows } = await ledger.pool.query<{ attempts: number; dueMs: number }>(
    `select attempts, (extract(epoch from due_at) * 1000)::float8 as "dueMs"
     from commands where status = 'RUNNING'`,
  );
  const [row, ...others] = rows;
  if (row === undefined || others.length > 0) throw new Error("One command runs.");
  return row;
}

function watchingClaims(onClaim: () => void): CommandJournal {
  const nothing = { events: [], audit: [] };
  return {
    accepted: () => nothing,
    claimed: () => {
      onClaim();
      return nothing;
    },
    answered: () => nothing,
    changed: () => Promise.resolve(),
    finished: () => Promise.resolve(),
  };
}
