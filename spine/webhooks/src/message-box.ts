import type { Instant } from "@crossdock/domain";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { HookEvent } from "./hook.ts";

export type NewMessage = {
  readonly id: string;
  readonly hook: string;
  readonly event: HookEvent;
  readonly exceptionId: string;
  readonly body: string;
};

export type WaitingMessage = Pick<NewMessage, "id" | "hook" | "body"> & {
  readonly createdAt: Date;
  /** This one included. */
  readonly attempts: number;
};

/** Messages that wait for one webhook at most; the oldest give way to more. */
export const MAX_WAITING = 10_000;

/** Puts messages into the box, each once: what a webhook was told of an exception it is not told again. */
export async function addMessages(
  trx: LedgerTransaction,
  messages: readonly NewMessage[],
  at: Instant,
): Promise<void> {
  if (messages.length === 0) return;
  await trx
    .insertInto("webhook_messages")
    .values(
      messages.map(({ id, hook, event, exceptionId, body }) => ({
        id,
        hook,
        type: event,
        exception_id: exceptionId,
        body,
        created_at: at,
        due_at: at,
      })),
    )
    .onConflict((conflict) => conflict.columns(["hook", "type", "exception_id"]).doNothing())
    .execute();
}

/**
 * Takes the first message that waits for a webhook, when its time has come: nobody else gets it for `leaseMs`. While it
 * waits for another attempt, those behind it wait too, so that a closing is never told before its opening.
 */
export async function takeMessage(
  { db }: Ledger,
  hook: string,
  { at, leaseMs }: { readonly at: Instant; readonly leaseMs: number },
): Promise<WaitingMessage | null> {
  const until = new Date(Date.parse(at) + leaseMs).toISOString();
  const { rows } = await sql<WaitingMessage>`
    update webhook_messages set attempts = attempts + 1, due_at = ${until}
    where due_at <= ${at} and settled_at is null and id = (
      select id from webhook_messages
      where hook = ${hook} and settled_at is null order by sequence limit 1 for update
    ) returning id, hook, body, created_at as "createdAt", attempts`.execute(db);
  return rows[0] ?? null;
}

/** It came to nothing: the next attempt is not before `dueAt`. */
export async function postponeMessage(
  { db }: Ledger,
  { id, attempts }: WaitingMessage,
  { dueAt, failure }: { readonly dueAt: Instant; readonly failure: string },
): Promise<void> {
  await db
    .updateTable("webhook_messages")
    .set({ due_at: dueAt, last_failure: failure })
    .where("id", "=", id)
    .where("attempts", "=", attempts)
    .where("settled_at", "is", null)
    .execute();
}

/** @returns false when somebody else has settled it already */
export async function settleMessage(
  trx: LedgerTransaction | Ledger["db"],
  id: string,
  outcome: "DELIVERED" | "GIVEN_UP",
  at: Instant,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable("webhook_messages")
    .set({ settled_at: at, outcome })
    .where("id", "=", id)
    .where("settled_at", "is", null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** Gives up the oldest of what waits beyond `MAX_WAITING`. @returns how many */
export async function giveUpOverflow({ db }: Ledger, hook: string, at: Instant): Promise<number> {
  const { rows } = await sql`
    update webhook_messages set settled_at = ${at}, outcome = 'GIVEN_UP', last_failure = 'too many wait'
    where settled_at is null and id in (
      select id from webhook_messages where hook = ${hook} and settled_at is null
      order by sequence desc offset ${MAX_WAITING} limit ${FORGET_BATCH}
    ) returning id`.execute(db);
  return rows.length;
}

/** Rows of one statement: a few milliseconds of an embedded ledger's only session. */
const FORGET_BATCH = 500;

/** Forgets what was settled before. @returns how many, at most a batch */
export async function forgetMessages({ db }: Ledger, before: Date): Promise<number> {
  const { rows } = await sql`
    delete from webhook_messages where id in (
      select id from webhook_messages where settled_at < ${before} order by settled_at limit ${FORGET_BATCH}
    ) returning id`.execute(db);
  return rows.length;
}
