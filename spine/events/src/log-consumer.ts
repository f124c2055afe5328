import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import {
  createRepeating,
  type Clock,
  type Logger,
  type Metrics,
  type Repeating,
} from "@crossdock/runtime";
import { Counter } from "prom-client";
import { createConsumerOffsets } from "./consumer-offsets.ts";
import { CursorExpiredError } from "./errors.ts";
import type { EventLog } from "./event-log.ts";
import { isAfter, laterOf, type Position } from "./position.ts";
import type { RecordedEvent } from "./recorded-event.ts";

/**
 * Somebody who works through the log in its order and, over all processes and restarts, takes each event once: how far it
 * has come is kept under its name, in the transaction of its work.
 */
export interface LogConsumer extends Repeating {
  /** Takes what is new now. @returns how many events this process took */
  pass(signal: AbortSignal): Promise<number>;
}

export type LogConsumerOptions = {
  readonly ledger: Ledger;
  readonly eventLog: Pick<EventLog, "head" | "readPage">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly name: string;
  readonly types: readonly string[];
  /**
   * Takes 1 to `CONSUMER_PAGE` events, oldest first. Calls no source: the transaction is open meanwhile.
   * @returns what is to be done after the commit and cannot fail; left out: nothing
   */
  readonly handle: (
    trx: LedgerTransaction,
    events: readonly RecordedEvent[],
  ) => Promise<(() => void) | undefined>;
};

/** Events of one transaction. */
export const CONSUMER_PAGE = 200;
const LOOK_EVERY_MS = 1_000;

/** A consumer that was never seen before begins at the present end of the log. */
export function createLogConsumer(options: LogConsumerOptions): LogConsumer {
  const { ledger, eventLog, clock, logger, name, types, handle } = options;
  const offsets = createConsumerOffsets({ ledger, clock });
  const missed = missedCounter(options.metrics);

  /** @returns `null` when another process took them */
  const take = (from: Position, to: Position, events: readonly RecordedEvent[]) =>
    ledger.transaction(async (trx) => {
      // First: whoever comes second waits here, and then finds that there is nothing left for him.
      if (!(await offsets.advance(trx, name, { from, to }))) return null;
      const after = events.length === 0 ? undefined : await handle(trx, events);
      return { after };
    });

  const pass = async (signal: AbortSignal) => {
    await begin(ledger, eventLog, { name, at: clock.now() });
    let taken = 0;
    for (;;) {
      signal.throwIfAborted();
      const from = await offsets.read(name);
      const head = await eventLog.head();
      if (!isAfter(head, from)) return taken;
      const events = await readOrSkip(from, head);
      const last = events.at(-1)?.position;
      const isFull = events.length === CONSUMER_PAGE;
      const to = isFull && last !== undefined ? last : laterOf(head, last ?? head);
      const took = await take(from, to, events);
      if (took === null) return taken;
      took.after?.();
      taken += events.length;
      if (!isFull) return taken;
    }
  };

  const readOrSkip = async (after: Position, head: Position) => {
    try {
      return await eventLog.readPage({ after, limit: CONSUMER_PAGE, types });
    } catch (error) {
      if (!(error instanceof CursorExpiredError)) throw error;
      missed.inc({ consumer: name });
      logger.error({ consumer: name, after, head }, "events were discarded before they were taken");
      return [];
    }
  };

  const repeating = createRepeating({
    work: pass,
    everyMs: LOOK_EVERY_MS,
    logger,
    whenFailed: `the consumer ${name} could not go on, it is tried again`,
  });
  return { ...repeating, pass };
}

async function begin(
  { db }: Ledger,
  eventLog: Pick<EventLog, "head">,
  { name, at }: { readonly name: string; readonly at: string },
): Promise<void> {
  const known = await db
    .selectFrom("consumer_offsets")
    .select("consumer")
    .where("consumer", "=", name)
    .executeTakeFirst();
  if (known !== undefined) return;
  await db
    .insertInto("consumer_offsets")
    .values({ consumer: name, position: await eventLog.head(), advanced_at: at })
    .onConflict((conflict) => conflict.column("consumer").doNothing())
    .execute();
}

const MISSED = "crossdock_event_gaps_total";

/** One for all consumers of a process. */
function missedCounter(metrics: Metrics): Counter<"consumer"> {
  const known = metrics.getSingleMetric(MISSED);
  if (known !== undefined) return known as Counter<"consumer">;
  return new Counter({
    name: MISSED,
    help: "How often a consumer found that retention had discarded events that it never took.",
    labelNames: ["consumer"],
    registers: [metrics],
  });
}
