import { appendAudit } from "@crossdock/audit";
import { fingerprintOf, LANES, UNSETTLED } from "@crossdock/commands";
import { InvalidValueError } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { createUlids, type Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import { pauseOf, PAUSES_CHANNEL, type Pause, type PauseScope } from "./pause.ts";

/** What to stop, or to let go on. */
export type PauseTarget = { readonly scope: PauseScope; readonly name: string };
/** Who does it, for the audit journal. */
export type PausedBy = { readonly actor: string; readonly correlationId: string };

/**
 * What people have stopped, in the ledger. A lane or source that is paused here is claimed from by nobody from the commit on;
 * all processes are told. Each change is a row of the audit journal.
 */
export interface PauseBook {
  /** What is paused now, newest first; `MAX_PAUSES` at most. */
  list(): Promise<readonly Pause[]>;
  /**
   * Again is the same, with the first reason.
   * @throws {InvalidValueError} there is no such lane or source, or `MAX_PAUSES` are paused
   */
  pause(target: PauseTarget, reason: string, by: PausedBy): Promise<Pause>;
  /**
   * Lets it go on, and gives commands that had failed the time back for which they were held. Again is the same.
   * @returns `null` when it was never paused
   */
  resume(target: PauseTarget, by: PausedBy): Promise<Pause | null>;
  /** Commands that are not over, of the lane that a pause holds; 0 of a partner. */
  countHeld(pause: PauseTarget): Promise<number>;
}

/** All of them are held in memory by each process. */
export const MAX_PAUSES = 500;
/** Applications name themselves in tokens; whatever an issuer gives them as a name. */
const CLIENT_ID = /^\S{1,200}$/;

/** @param deps.ring rings for the workers, once a pause has ended: {@link CommandLog.doorbell} */
export function createPauseBook(deps: {
  readonly ledger: Pick<Ledger, "db" | "transaction">;
  readonly clock: Clock;
  readonly ring: { due(): void };
}): PauseBook {
  const { ledger, clock, ring } = deps;
  const nextId = createUlids(clock);
  const openOnes = (db: Ledger["db"]) =>
    db.selectFrom("pauses").selectAll().where("resumed_at", "is", null);
  const openOne = (db: Ledger["db"], { scope, name }: PauseTarget) =>
    openOnes(db).where("scope", "=", scope).where("name", "=", name).forUpdate().executeTakeFirst();

  const tell = async (
    trx: LedgerTransaction,
    step: "paused" | "resumed",
    pause: Pause,
    { actor, correlationId }: PausedBy,
  ) => {
    await sql`select pg_notify(${PAUSES_CHANNEL}, ${pause.scope})`.execute(trx);
    const { id, scope, name, reason } = pause;
    await appendAudit(trx, {
      at: clock.now(),
      actor,
      step,
      commandId: `pause:${id}`,
      commandType: "operations.pause",
      outcome: `${scope} ${name}`,
      correlationId,
      payloadHash: fingerprintOf({ type: "operations.pause", data: { scope, name, reason } }),
    });
  };

  return {
    list: async () => {
      const rows = await openOnes(ledger.db)
        .orderBy("paused_at", "desc")
        .orderBy("id", "desc")
        .limit(MAX_PAUSES)
        .execute();
      return rows.map(pauseOf);
    },

    pause: async (target, reason, by) => {
      requireName(target);
      return ledger.transaction(async (trx) => {
        const { count } = await trx
          .selectFrom("pauses")
          .select(({ fn }) => fn.countAll<string>().as("count"))
          .where("resumed_at", "is", null)
          .executeTakeFirstOrThrow();
        if (Number(count) >= MAX_PAUSES) {
          throw new InvalidValueError("name", target.name, `${String(MAX_PAUSES)} pauses at most`);
        }
        const row = await trx
          .insertInto("pauses")
          .values({
            id: nextId(),
            ...target,
            reason,
            paused_by: by.actor,
            paused_at: clock.now(),
            resumed_at: null,
            resumed_by: null,
          })
          // Whoever pauses the same at the same moment waits here for the first to commit.
          .onConflict((conflict) =>
            conflict.columns(["scope", "name"]).where("resumed_at", "is", null).doNothing(),
          )
          .returningAll()
          .executeTakeFirst();
        if (row === undefined) {
          const first = await openOne(trx, target);
          if (first === undefined) throw new Error("A pause ended while it was asked for again.");
          return pauseOf(first);
        }
        const pause = pauseOf(row);
        await tell(trx, "paused", pause, by);
        return pause;
      });
    },

    resume: async (target, by) => {
      const resumed = await ledger.transaction(async (trx) => {
        const open = await openOne(trx, target);
        if (open === undefined) return null;
        const at = clock.now();
        const row = await trx
          .updateTable("pauses")
          .set({ resumed_at: at, resumed_by: by.actor })
          .where("id", "=", open.id)
          .returningAll()
          .executeTakeFirstOrThrow();
        const pause = pauseOf(row);
        if (target.scope !== "PARTNER") await giveTimeBack(trx, pause);
        await tell(trx, "resumed", pause, by);
        return pause;
      });
      if (resumed !== null) {
        ring.due();
        return resumed;
      }
      const last = await ledger.db
        .selectFrom("pauses")
        .selectAll()
        .where("scope", "=", target.scope)
        .where("name", "=", target.name)
        .orderBy("paused_at", "desc")
        .limit(1)
        .executeTakeFirst();
      return last === undefined ? null : pauseOf(last);
    },

    countHeld: async ({ scope, name }) => {
      if (scope === "PARTNER") return 0;
      const { count } = await ledger.db
        .selectFrom("commands")
        .select(({ fn }) => fn.countAll<string>().as("count"))
        .where("lane", "=", name)
        .where("status", "in", UNSETTLED)
        // As the index has it.
        .where(sql<boolean>`lane <> 'ledger'`)
        .executeTakeFirstOrThrow();
      return Number(count);
    },
  };
}

function requireName({ scope, name }: PauseTarget): void {
  const known: readonly string[] = LANES;
  if (scope === "PARTNER" ? CLIENT_ID.test(name) : known.includes(name)) return;
  throw new InvalidValueError("name", name, scope === "PARTNER" ? "a client id" : known.join(", "));
}

/**
 * No patience runs out while nobody may try: whoever had failed before is taken to have failed so much later. In order of
 * id, so that two that change many commands at once cannot wait for each other.
 */
async function giveTimeBack(trx: LedgerTransaction, { name, pausedAt }: Pause): Promise<void> {
  await sql`
    with held as (
      select id from commands
      where lane = ${name} and status in ('ACCEPTED', 'RUNNING', 'RETRYING') and lane <> 'ledger'
        and failing_since is not null
      order by id for update
    )
    update commands
    set failing_since = failing_since
      + (clock_timestamp() - greatest(failing_since, ${pausedAt}::timestamptz))
    from held where commands.id = held.id`.execute(trx);
}
