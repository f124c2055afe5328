import type { Instant } from "@crossdock/domain";
import { instantOf } from "@crossdock/domain";
import type { Ledger } from "@crossdock/ledger";
import { createRepeating, type Clock, type Logger, type Repeating } from "@crossdock/runtime";
import { sql } from "kysely";
import { MAX_PARTNERS } from "./partner-book.ts";

/** What came of an operation: answered; answered with an error; not let in. */
export type OperationFate = "answered" | "failed" | "refused";

/** What clients asked for, counted by the minute for all processes; written every few seconds, beside the requests. */
export interface ClientActivity extends Repeating {
  /** @param points what the operation cost; none for one that was not let in */
  note(clientId: string, fate: OperationFate, points: number): void;
  /** Writes what was counted so far. */
  flush(): Promise<void>;
  /** @returns by client id; who was not seen within a week is left out */
  read(now: Instant, clientIds: readonly string[]): Promise<ReadonlyMap<string, Activity>>;
}

export type Activity = {
  /** Within the last hour, those that were let in. */
  readonly requests: number;
  /** Of these. */
  readonly failed: number;
  readonly refused: number;
  /** Of the last whole minute. */
  readonly pointsLastMinute: number;
  /** To the minute. */
  readonly lastSeenAt: Instant;
};

type Count = { answered: number; failed: number; refused: number; points: number };

const FLUSH_EVERY_MS = 5_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Clients of one minute that are counted until they are written: more than there are partners. */
const MAX_WAITING = 2 * MAX_PARTNERS;

export function createClientActivity(options: {
  readonly ledger: Pick<Ledger, "db">;
  readonly clock: Clock;
  readonly logger: Logger;
}): ClientActivity {
  const { ledger, clock, logger } = options;
  let waiting = new Map<string, Count>();

  const countOf = (clientId: string): Count | null => {
    const minute = new Date(Math.floor(clock.nowMs() / MINUTE_MS) * MINUTE_MS).toISOString();
    const key = JSON.stringify([clientId, minute]);
    const known = waiting.get(key);
    if (known !== undefined) return known;
    if (waiting.size >= MAX_WAITING) return null;
    const count = { answered: 0, failed: 0, refused: 0, points: 0 };
    waiting.set(key, count);
    return count;
  };

  const flush = async (): Promise<void> => {
    if (waiting.size === 0) return;
    const counted = waiting;
    waiting = new Map();
    try {
      await add(ledger.db, counted);
    } catch (error) {
      for (const [key, count] of counted) waiting.set(key, together(count, waiting.get(key)));
      throw error;
    }
  };

  const repeating = createRepeating({
    work: flush,
    everyMs: FLUSH_EVERY_MS,
    logger,
    whenFailed: "what clients asked for could not be kept, it is tried again",
  });

  return {
    start: () => {
      repeating.start();
    },
    stop: async () => {
      await repeating.stop();
      await flush().catch((error: unknown) => {
        logger.warn({ err: error }, "what clients asked for was not kept");
      });
    },
    flush,
    note(clientId, fate, points) {
      const count = countOf(clientId);
      if (count === null) return;
      count.points += points;
      if (fate === "refused") count.refused += 1;
      else count.answered += 1;
      if (fate === "failed") count.failed += 1;
    },
    read: (now, clientIds) => readActivity(ledger.db, now, clientIds),
  };
}

/** In one order everywhere, so that two processes never wait for each other. */
async function add(db: Ledger["db"], counted: ReadonlyMap<string, Count>): Promise<void> {
  const rows = [...counted]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, count]) => {
      const [client_id, minute] = JSON.parse(key) as [string, string];
      return { client_id, minute, ...count };
    });
  await sql`
    insert into client_minutes (client_id, minute, answered, failed, refused, points)
    select client_id, minute, answered, failed, refused, points
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given (
      client_id text, minute timestamptz, answered integer, failed integer, refused integer,
      points bigint)
    on conflict (client_id, minute) do update set
      answered = client_minutes.answered + excluded.answered,
      failed = client_minutes.failed + excluded.failed,
      refused = client_minutes.refused + excluded.refused,
      points = client_minutes.points + excluded.points`.execute(db);
}

function together(earlier: Count, later: Count | undefined): Count {
  if (later === undefined) return earlier;
  return {
    answered: earlier.answered + later.answered,
    failed: earlier.failed + later.failed,
    refused: earlier.refused + later.refused,
    points: earlier.points + later.points,
  };
}

/** Of each client sixty rows, and one more for when it was last seen. */
async function readActivity(
  db: Ledger["db"],
  now: Instant,
  clientIds: readonly string[],
): Promise<ReadonlyMap<string, Activity>> {
  const nowMs = Date.parse(now);
  const lastMinute = new Date(Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - MINUTE_MS);
  const { rows } = await sql<{
    client_id: string;
    requests: number;
    failed: number;
    refused: number;
    points: number;
    seen: Date;
  }>`
    select asked.client_id, seen.minute as seen, hour.*
    from unnest(${clientIds}::text[]) as asked (client_id)
    cross join lateral (
      select minute from client_minutes where client_id = asked.client_id
      order by minute desc limit 1
    ) as seen
    cross join lateral (
      select coalesce(sum(answered), 0)::integer as requests,
        coalesce(sum(failed), 0)::integer as failed,
        coalesce(sum(refused), 0)::integer as refused,
        coalesce(sum(points) filter (where minute = ${lastMinute}), 0)::integer as points
      from client_minutes
      where client_id = asked.client_id and minute > ${new Date(nowMs - HOUR_MS)}
    ) as hour`.execute(db);
  return new Map(
    rows.map(({ client_id: id, points, seen, ...counts }) => [
      id,
      { ...counts, pointsLastMinute: points, lastSeenAt: instantOf(seen) },
    ]),
  );
}
