import type { CommandRecord } from "@crossdock/commands";
import { maySee, type Viewer } from "@crossdock/domain";

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
> & {
  readonly subject: CommandRecord["result"];
  /** What the command locks: an order, an invoice, stock. */
  readonly about: CommandRecord["subject"];
  /** Who may see it: see `maySeeCommand`. */
  readonly owner: Pick<CommandRecord, "customerNumber" | "clientId">;
};

/** @param record whoever's: who may see it is decided where it leaves the subgraph */
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
    about: record.subject,
    owner: { customerNumber: record.customerNumber, clientId: record.clientId },
  };
}

/**
 * A command belongs to the account that it is about; one that is about none, to the application that
 * sent it. Many accounts may share an application, so that alone opens nobody's command.
 */
export function maySeeCommand(
  viewer: Viewer,
  { customerNumber, clientId }: Pick<CommandRecord, "customerNumber" | "clientId">,
): boolean {
  if (customerNumber !== null) return maySee(viewer, customerNumber);
  return viewer.customers === "all" || viewer.clientId === clientId;
}
