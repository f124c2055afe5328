import { appendAudit, type AuditEntry } from "@crossdock/audit";
import { readSubject, type OrderId, type OrderStep } from "@crossdock/domain";
import {
  fingerprintOf,
  raiseInvoice,
  releaseOrder,
  submitOrder,
  type CommandJournal,
  type CommandRecord,
} from "@crossdock/commands";
import { commandProgressed, type EventLog, type NewEvent } from "@crossdock/events";
import type { Clock } from "@crossdock/runtime";
import type { OrderEffect, OrderProcess } from "./order-process.ts";

/** What a command that was done means to the rest of the system: the `effects` of its outcome. */
export type CommandEffects = {
  readonly orders: readonly OrderEffect[];
  /** Of other subjects than orders. */
  readonly events: readonly NewEvent[];
};

/**
 * What else becomes true when a command changes: an event for those who watch it, and the next
 * step of its order. Both are in the transaction of the change, and so is its row in the audit journal: the last
 * statement, because rows and the event log are locked before the end of the chain.
 */
export function createCommandJournal(deps: {
  readonly eventLog: EventLog;
  readonly process: () => OrderProcess;
  readonly clock: Clock;
}): CommandJournal {
  const { eventLog, process, clock } = deps;
  const now = () => clock.now();

  return {
    async changed(trx, record, by) {
      // `finished` follows in the same transaction and tells both: locks are taken in one order.
      if (record.status === "SUCCEEDED" || record.status === "REJECTED") return;
      const effects =
        record.status === "DEAD_LETTERED" ? failedStep(record, record.error, now()) : [];
      const event = progressOf(record);
      if (effects.length > 0) await process().apply(trx, effects, [event], traceOf(record));
      else await eventLog.append(trx, [event], { ...traceOf(record), tenant: null });
      await appendAudit(trx, auditOf(record, by, now()));
    },

    async finished(trx, record, outcome, by) {
      const { orders, events } =
        outcome.kind === "succeeded"
          ? (outcome.effects as CommandEffects)
          : { orders: refusedStep(record, outcome, now()), events: [] };
      await process().apply(trx, orders, [progressOf(record), ...events], traceOf(record));
      await appendAudit(trx, auditOf(record, by, now()));
    },
  };
}

const STEPS: Readonly<Record<string, OrderStep>> = {
  [submitOrder.type]: "createOrder",
  [releaseOrder.type]: "releaseOrder",
  [raiseInvoice.type]: "raiseInvoice",
};

type Reason = { readonly code: string; readonly message: string };

/** The ERP's refusal ends the order; a later refusal holds it for a person. */
function refusedStep(
  record: CommandRecord,
  { code, message }: Reason,
  at: OrderEffect["event"]["at"],
): OrderEffect[] {
  if (STEPS[record.type] !== "createOrder") return failedStep(record, { code, message }, at);
  const orderId = orderOf(record);
  const event = { kind: "orderRefused", code, message, at, source: record.lane } as const;
  return orderId === null ? [] : [{ orderId, event }];
}

function failedStep(
  record: CommandRecord,
  reason: Reason | null,
  at: OrderEffect["event"]["at"],
): OrderEffect[] {
  const step = STEPS[record.type];
  const orderId = orderOf(record);
  if (step === undefined || orderId === null) return [];
  const { code, message } = reason ?? { code: "UNKNOWN", message: "The step failed." };
  return [{ orderId, event: { kind: "stepFailed", step, code, message, at, source: record.lane } }];
}

function orderOf(record: CommandRecord): OrderId | null {
  const subject = readSubject(record.subject);
  return subject?.kind === "order" ? (subject.id as OrderId) : null;
}

const AUDIT_STEPS: Readonly<Record<CommandRecord["status"], string>> = {
  ACCEPTED: "accepted",
  // From here on it may have been sent: a worker that dies tells nobody.
  RUNNING: "claimed",
  RETRYING: "retried",
  SUCCEEDED: "settled",
  REJECTED: "settled",
  DEAD_LETTERED: "settled",
  COMPENSATED: "compensated",
  CANCELLED: "cancelled",
};

const WORKER = "worker";

function auditOf(
  record: CommandRecord,
  by: string | undefined,
  at: OrderEffect["event"]["at"],
): AuditEntry {
  const { id: commandId, type: commandType, status, error, data, correlationId } = record;
  return {
    at,
    actor: by ?? (status === "ACCEPTED" ? record.requestedBy : WORKER),
    step: AUDIT_STEPS[status],
    commandId,
    commandType,
    outcome: error === null ? status : `${status} ${error.code}`,
    correlationId,
    payloadHash: fingerprintOf({ type: commandType, data }),
  };
}

function progressOf(record: CommandRecord): NewEvent {
  const { id: commandId, type, status, attempts, customerNumber } = record;
  return commandProgressed.create({ commandId, type, status, attempts }, { customerNumber });
}

function traceOf(record: CommandRecord) {
  return { correlationId: record.correlationId, causationId: record.id };
}
