import { randomUUID } from "node:crypto";
import { instantOf } from "@crossdock/domain";
import { createGroupCommit } from "@crossdock/ledger";
import type { Ledger } from "@crossdock/ledger";
import { sql } from "kysely";
import { recordOf, UNSETTLED } from "./command-record.ts";
import type { CommandRow } from "./command-record.ts";
import type { Claim, ClaimOptions } from "./fence.ts";
import type { CommandJournal } from "./journal.ts";
import { jsonOfRows } from "./told-rows.ts";

/** Claims that come while others are being committed share the next statement. */
export type Claims = (id: string, options: ClaimOptions) => Promise<Claim | null>;

/** What the first of a group waits for the last. */
const MAX_CLAIMS = 100;
/** Of one statement. */
const MAX_BYTES = 1_000_000;
/** More than a worker has attempts. */
const MAX_WAITING = 10_000;
/** Its events and its row in the audit, about. */
const BYTES_PER_CLAIM = 1_000;

type Asked = { readonly id: string; readonly options: ClaimOptions };

export function createClaims(options: {
  readonly ledger: Ledger;
  readonly journal: CommandJournal;
}): Claims {
  const { ledger, journal } = options;
  const claimAll = (asked: readonly Asked[]) => takeClaims(ledger.db, journal, asked);

  async function claimAlone(asked: Asked): Promise<Claim | null> {
    try {
      return (await claimAll([asked]))[0] ?? null;
    } catch (error) {
      if (isSubjectTaken(error)) return null;
      throw error;
    }
  }

  const group = createGroupCommit<Asked, Claim | null>({
    // One that fails spoils none of the others.
    write: (asked) => claimAll(asked).catch(() => asked.map(claimAlone)),
    bytesOf: () => BYTES_PER_CLAIM,
    limits: { maxItems: MAX_CLAIMS, maxBytes: MAX_BYTES, maxWrites: 1, maxWaiting: MAX_WAITING },
  });
  return (id, claimOptions) => group.submit({ id, options: claimOptions }, claimOptions.signal);
}

type PreparedClaim = Claim & {
  readonly leaseMs: number;
  /** Before this claim. */
  readonly attempts: number;
};

/** @returns one per asked, in their order */
async function takeClaims(
  db: Ledger["db"],
  journal: CommandJournal,
  asked: readonly Asked[],
): Promise<(Claim | null)[]> {
  const rows = await readUnsettled(
    db,
    asked.map(({ id }) => id),
  );
  const prepared = asked.map((each) => {
    const row = rows.get(each.id);
    // Whoever asks for the same command a second time does not get it.
    rows.delete(each.id);
    return row === undefined ? null : prepareClaim(row, each.options);
  });
  const claims = prepared.filter((claim) => claim !== null);
  const claimed = await claimCommands(db, journal, claims);
  return prepared.map((claim) => {
    if (claim === null || !claimed.has(claim.command.id)) return null;
    const { command, leaseToken, settleMs, inDoubt, dueAt } = claim;
    return { command, leaseToken, settleMs, inDoubt, dueAt };
  });
}

/** Nothing is locked: whether they are still as they were read is part of the claim. */
async function readUnsettled(
  db: Ledger["db"],
  ids: readonly string[],
): Promise<Map<string, CommandRow>> {
  const rows = await db
    .selectFrom("commands")
    .selectAll()
    .where(sql<boolean>`id = any(${ids}::text[])`)
    .where("status", "in", UNSETTLED)
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** @returns `null` when this worker cannot do the command */
function prepareClaim(
  row: CommandRow,
  { leaseMs, settleMsOf }: ClaimOptions,
): PreparedClaim | null {
  const settleMs = settleMsOf(recordOf(row));
  if (settleMs === null) return null;
  return {
    command: recordOf({ ...row, status: "RUNNING", attempts: row.attempts + 1 }),
    leaseToken: randomUUID(),
    settleMs,
    inDoubt: row.in_doubt,
    dueAt: instantOf(row.due_at),
    leaseMs,
    attempts: row.attempts,
  };
}

/** One statement: `claim_commands` of the ledger's migrations. @returns the ids of those that were claimed */
async function claimCommands(
  db: Ledger["db"],
  journal: CommandJournal,
  prepared: readonly PreparedClaim[],
): Promise<ReadonlySet<string>> {
  if (prepared.length === 0) return new Set();
  const claims = prepared.map(({ command, leaseToken, attempts, leaseMs, settleMs }) => ({
    id: command.id,
    token: leaseToken,
    attempts,
    heldMs: Math.ceil(leaseMs + settleMs),
  }));
  const { events, audit } = jsonOfRows(
    prepared.map(({ command }) => ({ command, rows: journal.claimed(command) })),
  );
  const { rows } = await sql<{ claimed: string[] }>`
    select tell_of_commands(claim_commands(${JSON.stringify(claims)}::jsonb),
      ${events}::jsonb, ${audit}::jsonb) as claimed`.execute(db);
  return new Set(rows[0]?.claimed);
}

/** Two workers took two commands of one subject at the same moment: the index let one through. */
function isSubjectTaken(error: unknown): boolean {
  return (
    error instanceof Error &&
    "constraint" in error &&
    error.constraint === "commands_running_by_subject"
  );
}
