import { setMaxListeners } from "node:events";
import { createGroupCommit } from "@crossdock/ledger";
import type { Ledger, LedgerTransaction } from "@crossdock/ledger";
import type { Clock } from "@crossdock/runtime";
import { sql } from "kysely";
import type { CommandRecord } from "./command-record.ts";
import { errorColumns } from "./error-columns.ts";
import type { Claim } from "./fence.ts";
import type { CommandJournal, Outcome, ToldRows } from "./journal.ts";
import { attemptRowOf } from "./source-call.ts";
import { jsonOfRows } from "./told-rows.ts";

/** Finishes that come while others are being committed share the next statement. */
export type Finishes = (claim: Claim, outcome: Outcome) => Promise<CommandRecord | null>;

/** What the first of a group waits for the last. */
const MAX_FINISHES = 100;
/** … where orders move on: a transaction of some statements, which others wait for. */
const MAX_MOVING = 5;
/** Of one statement. */
const MAX_BYTES = 1_000_000;
/** More than a worker has attempts. */
const MAX_WAITING = 10_000;
/** Its columns, its events and its row in the audit, about. */
const BYTES_PER_FINISH = 2_000;
/** What a source did is written down, whatever else ends. */
const never = new AbortController().signal;
setMaxListeners(0, never);

type Finish = {
  readonly claim: Claim;
  readonly outcome: Outcome;
  /** As it will be once the finish is committed. */
  readonly record: CommandRecord;
  /** `null` where more becomes true with it than rows can say. */
  readonly rows: ToldRows | null;
};

export function createFinishes(options: {
  readonly ledger: Ledger;
  readonly clock: Clock;
  readonly journal: CommandJournal;
}): Finishes {
  const { ledger, clock, journal } = options;

  /** Of which rows say all that becomes true. */
  async function finishTold(finishes: readonly Finish[]): Promise<(CommandRecord | null)[]> {
    const finished = await finishCommands(ledger.db, finishes);
    return finishes.map(({ record }) => (finished.has(record.id) ? record : null));
  }

  /** With whatever the journal does, in one transaction. */
  const finishMoving = (finishes: readonly Finish[]): Promise<(CommandRecord | null)[]> =>
    ledger.transaction(async (trx) => {
      const finished = await finishCommands(
        trx,
        finishes.map((finish) => ({ ...finish, rows: NOTHING })),
      );
      const held = finishes.filter(({ record }) => finished.has(record.id));
      if (held.length > 0) await journal.finished(trx, held);
      return finishes.map(({ record }) => (finished.has(record.id) ? record : null));
    });

  const finishAlone = async (finish: Finish): Promise<CommandRecord | null> =>
    (await finishMoving([finish]))[0] ?? null;

  const inGroups = (
    finishAll: (finishes: readonly Finish[]) => Promise<(CommandRecord | null)[]>,
    maxItems: number,
  ) =>
    createGroupCommit<Finish, CommandRecord | null>({
      // One that fails spoils none of the others.
      write: (finishes) => finishAll(finishes).catch(() => finishes.map(finishAlone)),
      bytesOf: () => BYTES_PER_FINISH,
      limits: { maxItems, maxBytes: MAX_BYTES, maxWrites: 1, maxWaiting: MAX_WAITING },
    });
  const told = inGroups(finishTold, MAX_FINISHES);
  const moving = inGroups(finishMoving, MAX_MOVING);

  return async (claim, outcome) => {
    const record = recordOfFinish(claim, outcome, clock.now());
    const finish = { claim, outcome, record, rows: journal.answered(record, outcome) };
    return (finish.rows === null ? moving : told).submit(finish, never);
  };
}

const NOTHING: ToldRows = { events: [], audit: [] };

function recordOfFinish(
  { command }: Claim,
  outcome: Outcome,
  completedAt: CommandRecord["acceptedAt"],
): CommandRecord {
  const done = { ...command, completedAt };
  if (outcome.kind === "succeeded") {
    return {
      ...done,
      status: "SUCCEEDED",
      error: null,
      lastAnswer: null,
      result: outcome.result,
    };
  }
  const { code, message, lastAnswer } = outcome;
  const error = { class: "BUSINESS_RULE", code, message, retryable: false } as const;
  return { ...done, status: "REJECTED", error, lastAnswer, result: null };
}

/** One statement: `finish_commands` of the ledger's migrations. @returns the ids of those whose lease held */
async function finishCommands(
  db: Ledger["db"] | LedgerTransaction,
  finishes: readonly Finish[],
): Promise<ReadonlySet<string>> {
  const { events, audit } = jsonOfRows(
    finishes.map(({ record, rows }) => ({ command: record, rows: rows ?? NOTHING })),
  );
  const { rows } = await sql<{ finished: string[] }>`
    with done as materialized (
      select tell_of_commands(
        finish_commands(${JSON.stringify(finishes.map(columnsOf))}::jsonb),
        ${events}::jsonb, ${audit}::jsonb) as finished
    ), noted as (
      insert into command_attempts (command_id, attempt, lane, started_at, ended_at, outcome,
        document_id)
      select attempt.* from done, jsonb_to_recordset(${JSON.stringify(attemptsOf(finishes))}::jsonb)
        as attempt (command_id text, attempt integer, lane text, started_at timestamptz,
          ended_at timestamptz, outcome text, document_id text)
      where attempt.command_id = any (done.finished)
      on conflict do nothing
    )
    select finished from done`.execute(db);
  return new Set(rows[0]?.finished);
}

/** What the attempts took that finished their commands. */
function attemptsOf(finishes: readonly Finish[]) {
  return finishes.flatMap(({ claim, record: { status, error, result } }) => {
    const row = attemptRowOf(claim, { status, error, documentId: result?.id ?? null });
    return row === null ? [] : [row];
  });
}

function columnsOf({ claim, record }: Finish) {
  const { last_answer: answer, ...error } = errorColumns(record.error, record.lastAnswer);
  return {
    ...error,
    id: record.id,
    token: claim.leaseToken,
    status: record.status,
    completed_at: record.completedAt,
    result_typename: record.result?.typename ?? null,
    result_id: record.result?.id ?? null,
    last_answer: answer === null ? null : (JSON.parse(answer) as object),
  };
}
