import { appendAudit } from "@crossdock/audit";
import { fingerprintOf, type SteppingIn } from "@crossdock/commands";
import type {
  ErrorClass,
  ExceptionAdvice,
  ExceptionOwner,
  Instant,
  Subject,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { ExceptionRecord } from "./exception-book.ts";
import { exceptionOf } from "./exception-book-postgres.ts";

/** Something that a person has to know of, and that no command waits for. */
export type Finding = {
  /** What it is about; of one subject one finding waits at a time. */
  readonly subject: Subject;
  /** Its exceptions are `{name}-1`, `{name}-2` and so on. */
  readonly name: string;
  readonly class: ErrorClass | null;
  readonly code: string;
  readonly owner: ExceptionOwner;
  readonly action: ExceptionAdvice["action"];
  /** In plain words. */
  readonly summary: string;
  /** Nothing private. */
  readonly payload: object;
};

/**
 * Puts a finding before a person, once however often it is asked for.
 * @returns `null` when one of its subject waits already
 */
export async function openFinding(
  trx: LedgerTransaction,
  finding: Finding,
  { at, correlationId }: { readonly at: Instant; readonly correlationId: string },
): Promise<ExceptionRecord | null> {
  const { subject, name, code, owner, action, summary, payload } = finding;
  const row = await trx
    .insertInto("exceptions")
    .values(({ selectFrom }) => ({
      id: selectFrom("exceptions")
        .select(sql<string>`${name}::text || '-' || count(*) + 1`.as("id"))
        .where("subject", "=", subject)
        .where("command_id", "is", null),
      command_id: null,
      command_type: null,
      customer_number: null,
      subject,
      error_class: finding.class,
      code,
      owner,
      action_code: action.code,
      action_text: action.text,
      summary,
      payload: JSON.stringify(payload),
      last_answer: null,
      correlation_id: correlationId,
      opened_at: at,
    }))
    .onConflict((conflict) =>
      conflict
        .column("subject")
        .where("command_id", "is", null)
        .where("resolved_at", "is", null)
        .doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : exceptionOf(row);
}

/** Closes the finding of a subject that waits; the caller tells of it (`exceptionChangedOf`). @returns `null` when none does */
export async function closeFinding(
  trx: LedgerTransaction,
  subject: Subject,
  { by, resolution, note }: SteppingIn,
  at: Instant,
): Promise<ExceptionRecord | null> {
  const row = await trx
    .updateTable("exceptions")
    .set({ resolved_at: at, resolved_by: by, resolution, note })
    .where("subject", "=", subject)
    .where("command_id", "is", null)
    .where("resolved_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : exceptionOf(row);
}

/**
 * As a person decided: it goes into the audit journal, by the exception's own id.
 * @param also what else becomes true with it, the event that tells of it included, before the journal's head is locked; left
 *   out when nothing waits
 */
export async function resolveFinding(
  trx: LedgerTransaction,
  subject: Subject,
  decision: SteppingIn,
  at: Instant,
  also: (closed: ExceptionRecord) => Promise<void>,
): Promise<ExceptionRecord | null> {
  const closed = await closeFinding(trx, subject, decision, at);
  if (closed === null) return null;
  await also(closed);
  const { id, code, correlationId } = closed;
  const { by: actor, resolution, note } = decision;
  await appendAudit(trx, {
    at,
    actor,
    step: "resolved",
    commandId: id,
    commandType: "exception",
    outcome: `${resolution} ${code}`,
    correlationId,
    payloadHash: fingerprintOf({ type: "exception", data: { id, resolution, note } }),
  });
  return closed;
}
