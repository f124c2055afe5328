import type { CommandRecord, SteppingIn } from "@crossdock/commands";
import { adviseOn, redactJson, type Instant } from "@crossdock/domain";
import { exceptionChanged, exceptionRaised, type NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { sql } from "kysely";
import type { ExceptionRecord } from "./exception-book.ts";
import { exceptionOf } from "./exception-book-postgres.ts";
import { summaryOf } from "./exception-summary.ts";

/**
 * Puts a command before a person, in the transaction that dead-letters it.
 * @param command as it now is; its row is held, so that its exceptions are counted one after the other
 */
export async function openException(
  trx: LedgerTransaction,
  command: CommandRecord,
  at: Instant,
): Promise<ExceptionRecord> {
  const code = command.error?.code ?? "UNKNOWN";
  const errorClass = command.error?.class ?? null;
  const { owner, action } = adviseOn({ errorClass, code, system: command.lane });
  const row = await trx
    .insertInto("exceptions")
    .values(({ selectFrom }) => ({
      id: selectFrom("exceptions")
        .select(sql<string>`${command.id}::text || '-' || count(*) + 1`.as("id"))
        .where("command_id", "=", command.id),
      command_id: command.id,
      command_type: command.type,
      customer_number: command.customerNumber,
      subject: command.subject,
      error_class: errorClass,
      code,
      owner,
      action_code: action.code,
      action_text: action.text,
      summary: summaryOf(command),
      payload: JSON.stringify(redactJson(command.data)),
      last_answer: command.lastAnswer === null ? null : JSON.stringify(command.lastAnswer),
      correlation_id: command.correlationId,
      opened_at: at,
    }))
    .returningAll()
    .executeTakeFirstOrThrow();
  return exceptionOf(row);
}

/**
 * Closes what a command waited for, in the transaction in which a person deals with it.
 * @returns `null` when it did not wait
 */
export async function closeException(
  trx: LedgerTransaction,
  command: CommandRecord,
  { by, resolution, note }: SteppingIn,
  at: Instant,
): Promise<ExceptionRecord | null> {
  const row = await trx
    .updateTable("exceptions")
    .set({ resolved_at: at, resolved_by: by, resolution, note })
    .where("command_id", "=", command.id)
    .where("resolved_at", "is", null)
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? null : exceptionOf(row);
}

/** What operators who follow the exceptions are told. */
export function exceptionRaisedOf(exception: ExceptionRecord): NewEvent {
  const { id: exceptionId, commandId, code, owner, customerNumber } = exception;
  const data = { exceptionId, commandId, code, class: exception.class, owner };
  return exceptionRaised.create(data, { customerNumber });
}

/** What they are told when it was assigned to somebody, or closed. */
export function exceptionChangedOf(
  { id: exceptionId, customerNumber }: ExceptionRecord,
  change: "ASSIGNED" | "CLOSED",
): NewEvent {
  return exceptionChanged.create({ exceptionId, change }, { customerNumber });
}
