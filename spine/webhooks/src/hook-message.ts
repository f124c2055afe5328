import type { Instant } from "@crossdock/domain";
import type { ExceptionRecord } from "@crossdock/processes";
import type { Hook, HookEvent } from "./hook.ts";

/** The exception that tells of a webhook that cannot be told: no webhook is told of it. */
export const WEBHOOK_UNDELIVERED = "WEBHOOK_UNDELIVERED";

/** Whether a webhook wants to know. */
export function wants(
  { events, classes }: Hook,
  event: HookEvent,
  exception: Pick<ExceptionRecord, "class" | "code">,
): boolean {
  if (exception.code === WEBHOOK_UNDELIVERED || !events.includes(event)) return false;
  if (classes === undefined) return true;
  return exception.class !== null && classes.includes(exception.class);
}

/**
 * What is sent: a JSON object of `type`, `timestamp` and `data`, as Standard Webhooks has it. Neither what was asked for nor
 * what a source answered is in it, for they may hold a customer's data.
 * @param dueAt until when the exception should be dealt with
 */
export function messageBody(
  event: HookEvent,
  exception: ExceptionRecord,
  { at, dueAt }: { readonly at: Instant; readonly dueAt: Instant },
): string {
  const { id, code, owner, summary, action, subject, correlationId, openedAt, closed } = exception;
  return JSON.stringify({
    type: TYPES[event],
    timestamp: at,
    data: {
      exceptionId: id,
      code,
      class: exception.class,
      owner,
      summary,
      suggestedAction: { code: action.code, message: action.text },
      subject,
      commandId: exception.commandId,
      correlationId,
      openedAt,
      dueAt,
      closedAt: closed?.at ?? null,
      resolution: closed?.resolution ?? null,
    },
  });
}

const TYPES: Readonly<Record<HookEvent, string>> = {
  exceptionOpened: "exception.opened",
  exceptionOverdue: "exception.overdue",
  exceptionClosed: "exception.closed",
};
