import type { CommandRecord } from "@crossdock/commands";

/** The public side of a command record, as type `Command` of common.graphql wants it. */
export type CommandView = Pick<
  CommandRecord,
  | "id"
  | "type"
  | "idempotencyKey"
  | "status"
  | "acceptedAt"
  | "completedAt"
  | "attempts"
  | "nextAttemptAt"
  | "error"
> & { readonly subject: CommandRecord["result"] };

/** @param record a command that the viewer may see: nothing is checked here */
export function commandView(record: CommandRecord): CommandView {
  return {
    id: record.id,
    type: record.type,
    idempotencyKey: record.idempotencyKey,
    status: record.status,
    acceptedAt: record.acceptedAt,
    completedAt: record.completedAt,
    attempts: record.attempts,
    nextAttemptAt: record.nextAttemptAt,
    error: record.error,
    subject: record.result,
  };
}
