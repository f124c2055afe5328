import type {
  AccessRow,
  AttemptRow,
  EventRow,
  ExceptionRow,
  JournalRow,
  TransactionRecords,
} from "@crossdock/processes";
import { instantOf, readSubject, type OrderState } from "@crossdock/domain";
import { invoiceChanged, shipmentProgressed } from "@crossdock/events";
import type { TransactionStep } from "../generated/resolvers.ts";

/** The name that our own part goes by among the systems. */
export const OURSELVES = "crossdock";

/** A source of each kind, by the name that the configuration gives it. */
export type SourceNames = (kind: string) => string;

/** Every step of what is written down, in the order in which they began. */
export function stepsOf(
  records: TransactionRecords,
  sourceOf: SourceNames,
): readonly TransactionStep[] {
  const { accesses, journal, attempts, events, exceptions, orders } = records;
  const typeOf = new Map(records.commands.map(({ id, type }) => [id, type]));
  return [
    ...accesses.map(requestStep),
    ...journal.map(commandStep),
    ...attempts.map((row) => ({
      ...callStep(row, typeOf.get(row.command_id) ?? row.lane, sourceOf),
      documentId: documentOfCall(row, orders),
    })),
    ...events.map((row) => eventStep(row, orders, sourceOf)),
    ...exceptions.map(exceptionStep),
  ].sort((a, b) => (a.startedAt < b.startedAt ? -1 : a.startedAt > b.startedAt ? 1 : 0));
}

/** What a step has where nothing is said of it. */
const NOTHING = {
  endedAt: null,
  durationMs: null,
  outcome: null,
  documentId: null,
  payloadHash: null,
  commandId: null,
  exceptionId: null,
} as const;

/** It is written down as it is answered. */
function requestStep({ sequence, at, client_id: client, operation, outcome }: AccessRow) {
  return {
    ...NOTHING,
    id: `request:${sequence}`,
    kind: "REQUEST",
    system: OURSELVES,
    name: operation,
    summary: `${client} asked for ${operation}, and was answered.`,
    startedAt: at,
    outcome,
  } as const;
}

function commandStep(row: JournalRow) {
  return {
    ...NOTHING,
    id: `journal:${row.sequence}`,
    kind: "COMMAND",
    system: OURSELVES,
    name: row.command_type,
    summary: `${row.command_type} was ${row.step} by ${row.actor}.`,
    startedAt: row.at,
    outcome: row.outcome,
    payloadHash: row.payload_hash,
    commandId: row.command_id,
  } as const;
}

function callStep(row: AttemptRow, name: string, sourceOf: SourceNames) {
  const system = sourceOf(row.lane);
  return {
    ...NOTHING,
    id: `call:${row.command_id}:${String(row.attempt)}`,
    kind: "CALL",
    system,
    name,
    summary: `Attempt ${String(row.attempt)} at ${name} in ${system}.`,
    startedAt: row.started_at,
    ...lengthOf(row.started_at, row.ended_at),
    outcome: row.outcome,
    commandId: row.command_id,
  } as const;
}

/** As its system names what was made: the shipments of a release, the number of an order or a bill. */
function documentOfCall(
  { command_id: commandId, document_id: id }: AttemptRow,
  orders: readonly OrderState[],
): string | null {
  const order = orders.find((each) => each.id === id);
  if (order === undefined) {
    const bill = orders.flatMap(({ invoices }) => invoices).find((each) => each.id === id);
    return bill?.number ?? id;
  }
  const release = order.steps.find((step) => step.commandId === commandId)?.release ?? null;
  if (release === null) return order.number ?? id;
  const shipments = order.shipments.filter((shipment) => shipment.release === release);
  return shipments.map((shipment) => shipment.id).join(", ") || (order.number ?? id);
}

/** What nobody here has caused was told by the source that has the document. */
function eventStep(row: EventRow, orders: readonly OrderState[], sourceOf: SourceNames) {
  const told = row.causation_id === null ? TOLD_BY[row.type] : undefined;
  const { status, change } = row.data;
  const name = String(change ?? status ?? row.type);
  const documentId = documentOf(row, orders);
  const step = {
    ...NOTHING,
    id: `event:${row.id}`,
    name,
    startedAt: row.occurred_at,
    documentId,
    outcome: typeof status === "string" ? status : null,
  };
  if (told === undefined) {
    const summary = `${row.type}: ${name}.`;
    return { ...step, kind: "EVENT", system: OURSELVES, summary } as const;
  }
  const system = sourceOf(told.kind);
  const summary = `${system} told of ${told.noun} ${documentId ?? ""}: ${name}.`;
  const length = lengthOf(row.occurred_at, row.recorded_at);
  return { ...step, ...length, kind: "WEBHOOK", system, summary } as const;
}

const TOLD_BY: Readonly<Record<string, { readonly kind: string; readonly noun: string }>> = {
  [shipmentProgressed.type]: { kind: "wms", noun: "shipment" },
  [invoiceChanged.type]: { kind: "finance", noun: "invoice" },
};

/** The number that people know it by, where the order knows it. */
function documentOf({ subject }: EventRow, orders: readonly OrderState[]): string | null {
  const named = readSubject(subject);
  if (named === null) return null;
  const { kind, id } = named;
  if (kind === "order") return orders.find((order) => order.id === id)?.number ?? id;
  if (kind === "invoice") {
    const bills = orders.flatMap(({ invoices }) => invoices);
    return bills.find((bill) => bill.id === id)?.number ?? id;
  }
  if (kind === "shipment") {
    const shipments = orders.flatMap((order) => order.shipments);
    return shipments.find((shipment) => shipment.id === id)?.number ?? id;
  }
  return id;
}

function exceptionStep(row: ExceptionRow) {
  return {
    ...NOTHING,
    id: `exception:${row.id}`,
    kind: "EXCEPTION",
    system: OURSELVES,
    name: row.code,
    summary: row.summary,
    startedAt: row.opened_at,
    ...(row.resolved_at === null ? {} : lengthOf(row.opened_at, row.resolved_at)),
    outcome: row.resolution,
    commandId: row.command_id,
    exceptionId: row.id,
  } as const;
}

/** The clocks of two systems may differ: nothing ends before it began. */
function lengthOf(startedAt: TransactionStep["startedAt"], endedAt: TransactionStep["startedAt"]) {
  const durationMs = Math.max(0, Date.parse(endedAt) - Date.parse(startedAt));
  return { endedAt: instantOf(new Date(Date.parse(startedAt) + durationMs)), durationMs };
}
