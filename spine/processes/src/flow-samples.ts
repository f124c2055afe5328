import type { Ledger } from "@crossdock/ledger";
import {
  createRepeating,
  sleep,
  type Clock,
  type Logger,
  type Repeating,
} from "@crossdock/runtime";
import { sql } from "kysely";
import { createFlowBook } from "./flow-book.ts";

/** Looks at the clock so often; whichever process is first in a minute takes its sample. */
const LOOK_EVERY_MS = 20_000;
const MINUTE_MS = 60_000;
const KEEP_DAYS = 7;
const DAY_MS = 24 * 60 * 60_000;
/** Old rows of one statement: a few milliseconds of an embedded ledger's only session. */
const FORGET_BATCH = 500;
/** Between two of them, so that others use the ledger. */
const BREATH_MS = 20;

/** What grows with time; `keepDays` is left out of what is kept as long as events are. */
const KEPT: readonly {
  readonly table: string;
  readonly key: string;
  readonly at: string;
  readonly keepDays?: number;
}[] = [
  { table: "flow_samples", key: "at", at: "at", keepDays: KEEP_DAYS },
  { table: "billed_shipments", key: "invoice_number", at: "posted_at", keepDays: KEEP_DAYS },
  { table: "client_minutes", key: "client_id, minute", at: "minute", keepDays: KEEP_DAYS },
  { table: "command_attempts", key: "command_id, attempt", at: "ended_at" },
];

/**
 * Keeps how the open orders stood, once a minute and for a week; forgets with them what else is told of for so long: how
 * long billing took, what clients asked for, what calls of commands took.
 */
export function createFlowSamples(options: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly logger: Logger;
  /** As long as events are kept, so long is it known what the calls of a command took. */
  readonly keepAttemptsDays: number;
}): Repeating & { sample(): Promise<void>; forget(signal: AbortSignal): Promise<void> } {
  const { ledger, clock, logger, keepAttemptsDays } = options;
  const book = createFlowBook(ledger);

  const sample = async () => {
    const minute = new Date(Math.floor(clock.nowMs() / MINUTE_MS) * MINUTE_MS);
    const known = await ledger.db
      .selectFrom("flow_samples")
      .select("at")
      .where("at", "=", minute)
      .executeTakeFirst();
    if (known !== undefined) return;
    const stages = JSON.stringify(await book.readStages());
    await ledger.db
      .insertInto("flow_samples")
      .values({ at: minute, stages })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  };

  const forget = async (signal: AbortSignal) => {
    const before = (days: number) => new Date(clock.nowMs() - days * DAY_MS);
    for (const { table, key, at, keepDays } of KEPT) {
      const horizon = before(keepDays ?? keepAttemptsDays);
      for (let left = FORGET_BATCH; left === FORGET_BATCH;) {
        signal.throwIfAborted();
        const { numAffectedRows = 0n } = await sql`
          delete from ${sql.table(table)} where (${sql.raw(key)}) in (
            select ${sql.raw(key)} from ${sql.table(table)} where ${sql.ref(at)} < ${horizon}
            order by ${sql.ref(at)} limit ${FORGET_BATCH})`.execute(ledger.db);
        left = Number(numAffectedRows);
        if (left === FORGET_BATCH) await sleep(BREATH_MS, signal);
      }
    }
  };

  const repeating = createRepeating({
    work: async (signal) => {
      await sample();
      await forget(signal);
    },
    everyMs: LOOK_EVERY_MS,
    logger,
    whenFailed: "how the orders stand could not be kept, it is tried again",
  });
  return { ...repeating, sample, forget };
}
