export type { Acceptance, CommandRequest } from "./accept.ts";
export type { SettledWork } from "./accept-settled.ts";
export type { Backoff } from "./backoff.ts";
export { createCommandLog } from "./command-log.ts";
export type { CommandLog } from "./command-log.ts";
export type {
  CommandBacklog,
  CommandFilter,
  CommandPage,
  CommandPageRequest,
} from "./command-reader.ts";
export { COMMAND_STATUSES, IN_DOUBT, isSettled, SETTLED, UNSETTLED } from "./command-record.ts";
export type {
  CommandError,
  CommandRecord,
  CommandResult,
  CommandStatus,
} from "./command-record.ts";
export { createCommandRegistry, defineCommand, defineOwnCommand } from "./definition.ts";
export type {
  AnyCommandDefinition,
  CommandDefinition,
  CommandOptions,
  CommandRegistry,
} from "./definition.ts";
export { allCommands } from "./definitions/all.ts";
export { raiseInvoice } from "./definitions/billing/raise-invoice.ts";
export { submitOrder } from "./definitions/orders/submit-order.ts";
export { releaseOrder } from "./definitions/shipments/release-order.ts";
export { defineHandler, reject, succeed } from "./handler.ts";
export type { Command, CommandHandler, HandlerOptions } from "./handler.ts";
export { fingerprintOf, parseIdempotencyKey } from "./idempotency.ts";
export type { IdempotencyKey } from "./idempotency.ts";
export type { Intervention } from "./interventions.ts";
export type { CommandJournal, Outcome } from "./journal.ts";
export { LANES } from "./lane.ts";
export type { CommandLane, Lane } from "./lane.ts";
export { openCommandQueues } from "./queues.ts";
export type { CommandQueues, CommandQueuesOptions } from "./queues.ts";
export { createCommandRelay } from "./relay.ts";
export type { CommandRelay } from "./relay.ts";
export { createCommandWorker } from "./worker.ts";
export type { CommandWorker, CommandWorkerOptions } from "./worker.ts";
