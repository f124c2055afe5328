import type { Ledger } from "@crossdock/ledger";
import type { Clock, Logger } from "@crossdock/runtime";
import { UNSETTLED } from "./command-record.ts";
import type { CommandDefinition } from "./definition.ts";
import { CommandsBusyError } from "./errors.ts";
import { HELD_LANE, NO_LANE } from "./lane.ts";
import type { CommandLane } from "./lane.ts";

/** Keeps the backlog of each lane within what is worked off in good time. */
export interface Admission {
  /**
   * To be asked before a mutation judges what it is asked for, and after it has looked for a repeat, which
   * is always answered. Commands of our own processes are not asked: they finish what was taken.
   * @param count how many commands the client asks for at once; all are let in or none
   * @throws {CommandsBusyError} nothing may be accepted now
   */
  admit(definition: Pick<CommandDefinition<never>, "lane">, count: number): Promise<void>;
  /** Counts what this process has accepted since it last looked. */
  accepted(lane: CommandLane, count: number): void;
}

/** Commands of one lane that may wait: at 50 a second they are done in seven minutes. */
export const MAX_BACKLOG_PER_LANE = 20_000;

/** The backlog is counted so often at most, and never older when it decides. */
const COUNT_EVERY_MS = 1_000;
/** The rate at which a lane drains is that of the last minute. */
const RATE_WINDOW_SECONDS = 60;
const MIN_RETRY_SECONDS = 1;
/** A lane that does not drain at all, because its source is down, is asked about again after this. */
const MAX_RETRY_SECONDS = 300;

/** What one count has shown. */
type Count = {
  readonly atMs: number;
  readonly waiting: Promise<Map<CommandLane, number>>;
  readonly drainedPerSecond: Map<CommandLane, Promise<number>>;
};

export function createAdmission(options: {
  readonly ledger: Pick<Ledger, "db">;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly maxBacklogPerLane: number;
}): Admission {
  const { ledger, clock, logger, maxBacklogPerLane } = options;
  const { db } = ledger;
  let last: Count | null = null;

  /** What the database cannot tell it cannot take either: the acceptance will say so itself. */
  const unless = <T>(instead: T) => {
    return (error: unknown): T => {
      logger.warn({ err: error }, "could not count the backlog");
      return instead;
    };
  };

  const latest = (): Count => {
    const atMs = performance.now();
    if (last === null || atMs - last.atMs >= COUNT_EVERY_MS) {
      const waiting = countWaiting(db).catch(unless(new Map<CommandLane, number>()));
      last = { atMs, waiting, drainedPerSecond: new Map() };
    }
    return last;
  };

  /** Asked for only by who is refused: it reads a row for each command that was settled in the window. */
  const rateOf = (lane: CommandLane, { drainedPerSecond }: Count): Promise<number> => {
    const rate = drainedPerSecond.get(lane) ?? readDrainRate(db, clock, lane).catch(unless(0));
    drainedPerSecond.set(lane, rate);
    return rate;
  };

  return {
    async admit({ lane }, asked) {
      if (lane === NO_LANE || lane === HELD_LANE) return;
      const count = latest();
      const waiting = (await count.waiting).get(lane) ?? 0;
      const tooMany = waiting + asked - maxBacklogPerLane;
      if (tooMany <= 0) return;
      const seconds = Math.ceil(tooMany / (await rateOf(lane, count)));
      throw new CommandsBusyError(
        Math.min(MAX_RETRY_SECONDS, Math.max(MIN_RETRY_SECONDS, seconds)),
      );
    },
    accepted: (lane, added) => {
      void last?.waiting.then((waiting) => waiting.set(lane, (waiting.get(lane) ?? 0) + added));
    },
  };
}

async function countWaiting(db: Ledger["db"]): Promise<Map<CommandLane, number>> {
  const rows = await db
    .selectFrom("commands")
    .select(({ fn }) => ["lane", fn.countAll<string>().as("waiting")])
    .where("status", "in", UNSETTLED)
    .groupBy("lane")
    .execute();
  return new Map(rows.map(({ lane, waiting }) => [lane as CommandLane, Number(waiting)]));
}

/** @returns commands of the lane that were settled per second, over the last minute */
async function readDrainRate(db: Ledger["db"], clock: Clock, lane: CommandLane): Promise<number> {
  const since = new Date(clock.nowMs() - RATE_WINDOW_SECONDS * 1_000);
  const { settled } = await db
    .selectFrom("commands")
    .select(({ fn }) => fn.countAll<string>().as("settled"))
    .where("lane", "=", lane)
    .where("completed_at", ">", since)
    .executeTakeFirstOrThrow();
  return Number(settled) / RATE_WINDOW_SECONDS;
}
