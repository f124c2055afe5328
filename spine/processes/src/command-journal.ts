import { appendAudit, auditRowOf, type AuditEntry } from "@crossdock/audit";
import {
  readSubject,
  type InvoiceNumber,
  type OrderId,
  type OrderStep,
  type Receipt,
  type Shipment,
} from "@crossdock/domain";
import {
  CORRECTED,
  SKIPPED,
  fingerprintOf,
  calculateTax,
  cancelRelease,
  raiseInvoice,
  readFreight,
  settleTax,
  trueUpTax,
  voidTax,
  releaseOrder,
  removeOrder,
  rewriteOrder,
  submitOrder,
  type CommandJournal,
  type CommandRecord,
  type Outcome,
  type SteppingIn,
} from "@crossdock/commands";
import { commandProgressed, type EventLog, type NewEvent } from "@crossdock/events";
import type { Clock } from "@crossdock/runtime";
import type { ExceptionRecord } from "./exception-book.ts";
import {
  closeException,
  exceptionChangedOf,
  exceptionRaisedOf,
  openException,
} from "./exception-writer.ts";
import type { OrderEffect, OrderProcess } from "./order-process.ts";
import { returnStepStopped, type ReturnEffect } from "./return-process.ts";
import { saveAnsweredShipments } from "./answered-shipments.ts";
import { saveReceipts } from "./receipt-book-postgres.ts";

/** What a command that was done means to the rest of the system: the `effects` of its outcome. */
export type CommandEffects = {
  readonly orders: readonly OrderEffect[];
  /** Of other subjects than orders. */
  readonly events: readonly NewEvent[];
  /** What the warehouse now awaits, or does not any more; none when left out. */
  readonly receipts?: readonly Receipt[];
  /** What it means to returns; nothing when left out. */
  readonly returns?: readonly ReturnEffect[];
  /** As the warehouse has them now; nothing when left out. What they mean to their orders is in `orders`. */
  readonly shipments?: readonly Shipment[];
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

  const rowsOf = (record: CommandRecord, events: readonly NewEvent[]) => ({
    events: eventLog.rowsOf([progressOf(record), ...events], { ...traceOf(record), tenant: null }),
    audit: [auditRowOf(auditOf(record, undefined, now()))],
  });
  const effectsOf = (record: CommandRecord, outcome: Outcome): CommandEffects =>
    outcome.kind === "succeeded"
      ? (outcome.effects as CommandEffects)
      : {
          orders: refusedStep(record, outcome, now()),
          events: [],
          returns: returnStepStopped(record, now()),
        };

  return {
    accepted: (record) => rowsOf(record, []),
    claimed: (record) => rowsOf(record, []),
    answered(record, outcome) {
      const {
        orders,
        events,
        receipts = [],
        returns = [],
        shipments = [],
      } = effectsOf(record, outcome);
      const isOnlyTold = orders.length + receipts.length + returns.length + shipments.length === 0;
      return isOnlyTold ? rowsOf(record, events) : null;
    },

    async changed(trx, record, steppedIn) {
      // `finished` follows in the same transaction and tells both: locks are taken in one order.
      if (record.status === "SUCCEEDED" || record.status === "REJECTED") return;
      const at = now();
      const closed =
        steppedIn === undefined ? null : await closeException(trx, record, steppedIn, at);
      const opened =
        record.status === "DEAD_LETTERED" ? await openException(trx, record, at) : null;
      const effects = [...stoppedStep(record, at), ...editedOrder(record, steppedIn, at)];
      const events = [
        progressOf(record),
        ...(closed === null ? [] : [exceptionChangedOf(closed, "CLOSED")]),
        ...(opened === null ? [] : [exceptionRaisedOf(opened)]),
      ];
      const returns = returnStepStopped(record, at);
      if (effects.length + returns.length > 0) {
        await process().applyAll(trx, [{ effects, also: events, returns, trace: traceOf(record) }]);
      } else await eventLog.append(trx, events, { ...traceOf(record), tenant: null });
      await appendAudit(trx, ...editOf(record, steppedIn, at), auditOf(record, steppedIn?.by, at));
      if (closed !== null) await appendAudit(trx, closingOf(closed, record, at));
    },

    async finished(trx, finished) {
      const receipts = finished.flatMap(({ record, outcome }) => [
        ...(effectsOf(record, outcome).receipts ?? []),
      ]);
      await saveReceipts(trx, receipts, now());
      const told = new Map<string, readonly NewEvent[]>();
      for (const { record, outcome } of finished) {
        const { shipments = [] } = effectsOf(record, outcome);
        told.set(record.id, await saveAnsweredShipments(trx, shipments, now()));
      }
      const happenings = finished.map(({ record, outcome }) => {
        const { orders, events, returns = [] } = effectsOf(record, outcome);
        const also = [progressOf(record), ...events, ...(told.get(record.id) ?? [])];
        return { effects: orders, also, returns, trace: traceOf(record) };
      });
      await process().applyAll(trx, happenings);
      const at = now();
      await appendAudit(trx, ...finished.map(({ record, by }) => auditOf(record, by, at)));
    },
  };
}

const STEPS: Readonly<Record<string, OrderStep>> = {
  [submitOrder.type]: "createOrder",
  [releaseOrder.type]: "releaseOrder",
  [readFreight.type]: "readFreight",
  [calculateTax.type]: "calculateTax",
  [voidTax.type]: "voidTax",
  [raiseInvoice.type]: "raiseInvoice",
  [trueUpTax.type]: "trueUpTax",
  [settleTax.type]: "settleTax",
  [cancelRelease.type]: "cancelRelease",
  [removeOrder.type]: "removeOrder",
  [rewriteOrder.type]: "rewriteOrder",
};

type Reason = { readonly code: string; readonly message: string };

/** The source said no: to the first step, and there is no order; to a later one, and it is as before. */
function refusedStep(
  record: CommandRecord,
  { code, message }: Reason,
  at: OrderEffect["event"]["at"],
): OrderEffect[] {
  const step = STEPS[record.type];
  const orderId = orderOf(record);
  if (step === undefined || orderId === null) return [];
  const why = { ...partOf(record), code, message, at, source: record.lane };
  return step === "createOrder"
    ? [{ orderId, event: { kind: "orderRefused", ...why } }]
    : [{ orderId, event: { kind: "stepRefused", step, ...why } }];
}

/**
 * A step that waits for a person holds its order; one that a person ended, ends or holds it. Between two
 * attempts a step may be taken back.
 */
function stoppedStep(record: CommandRecord, at: OrderEffect["event"]["at"]): OrderEffect[] {
  const step = STEPS[record.type];
  const orderId = orderOf(record);
  if (step === undefined || orderId === null) return [];
  const { code, message } = record.error ?? { code: "UNKNOWN", message: "The step failed." };
  const stamp = { ...partOf(record), at, source: record.lane };
  switch (record.status) {
    case "RETRYING":
      return [{ orderId, event: { kind: "stepPostponed", step, ...stamp } }];
    case "DEAD_LETTERED":
      return [{ orderId, event: { kind: "stepFailed", step, code, message, ...stamp } }];
    case "CANCELLED":
    case "COMPENSATED": {
      const isDone = code === CORRECTED || code === SKIPPED;
      return [{ orderId, event: { kind: "stepEnded", step, isDone, note: message, ...stamp } }];
    }
    default:
      return [];
  }
}

/** The order is what its command asks for: what a person corrected in the one holds for the other. */
function editedOrder(
  { type, data, subject, lane: source }: CommandRecord,
  steppedIn: SteppingIn | undefined,
  at: OrderEffect["event"]["at"],
): OrderEffect[] {
  const order = readSubject(subject);
  if (steppedIn?.edit === undefined || type !== submitOrder.type || order === null) return [];
  const draft = submitOrder.parse(data);
  return [{ orderId: order.id as OrderId, event: { kind: "orderCorrected", draft, at, source } }];
}

/** Several releases and bills of one order may be on their way: which one a step is of. */
function partOf({ type, data }: CommandRecord): {
  readonly release?: number;
  readonly invoice?: InvoiceNumber;
} {
  const billing = BILL_STEPS.find((definition) => definition.type === type);
  if (billing !== undefined) return { invoice: billing.parse(data).number };
  if (type === releaseOrder.type) return { release: releaseOrder.parse(data).release };
  return type === cancelRelease.type ? { release: cancelRelease.parse(data).release } : {};
}

const BILL_STEPS = [readFreight, calculateTax, voidTax, raiseInvoice, trueUpTax, settleTax];

function orderOf(record: CommandRecord): OrderId | null {
  const billing = BILL_STEPS.find(({ type }) => type === record.type);
  if (billing !== undefined) return billing.parse(record.data).orderId;
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

/** What a person changed in a command: which fields, and the hash of what it asked for before and after. */
function editOf(
  { id: commandId, type: commandType, data, correlationId }: CommandRecord,
  steppedIn: SteppingIn | undefined,
  at: OrderEffect["event"]["at"],
): AuditEntry[] {
  if (steppedIn?.edit === undefined) return [];
  const { paths, before } = steppedIn.edit;
  const hashOf = (what: unknown) => fingerprintOf({ type: commandType, data: what });
  const outcome = `${paths.join(", ")} OF ${hashOf(before)}`;
  const payloadHash = hashOf(data);
  const { by: actor } = steppedIn;
  const step = "edited";
  return [{ at, actor, step, commandId, commandType, outcome, correlationId, payloadHash }];
}

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

/** Its row in the journal goes by the command; what it says of the note is a digest, for notes are long. */
function closingOf(
  { id, code, correlationId, closed }: ExceptionRecord,
  { id: commandId, type: commandType }: CommandRecord,
  at: OrderEffect["event"]["at"],
): AuditEntry {
  const { by = WORKER, resolution = null, note = null } = closed ?? {};
  return {
    at,
    actor: by,
    step: "resolved",
    commandId,
    commandType,
    outcome: `${String(resolution)} ${code}`,
    correlationId,
    payloadHash: fingerprintOf({ type: "exception", data: { id, resolution, note } }),
  };
}

function progressOf(record: CommandRecord): NewEvent {
  const { id: commandId, type, status, attempts, customerNumber } = record;
  return commandProgressed.create({ commandId, type, status, attempts }, { customerNumber });
}

function traceOf(record: CommandRecord) {
  const { correlationId, id: causationId, traceparent } = record;
  return { correlationId, causationId, traceparent };
}
