import { parseIdempotencyKey } from "../idempotency.ts";
import { startWork } from "./mortal-work.ts";
import type { MortalWork } from "./mortal-work.ts";
import { openStand } from "./stand.ts";

/** A process that accepts the documents in its first argument, works on them, and waits to be killed. */
async function workUntilKilled(work: MortalWork): Promise<void> {
  const { ledger, queues, workerOptions } = await startWork(work);
  const stand = await openStand(ledger, queues);
  await stand.work({}, workerOptions);
  for (const document of work.documents) {
    const idempotencyKey = parseIdempotencyKey(document);
    await stand.accept({ document, order: document }, { idempotencyKey });
  }
}

void workUntilKilled(JSON.parse(process.argv[2] ?? "") as MortalWork);
