import { isDeepStrictEqual } from "node:util";
import { assertNever } from "./brand.ts";
import { addDecimals, divideDecimals, multiplyDecimals } from "./decimal.ts";
import { invoiceNumberOf } from "./invoice-draft.ts";
import type { InvoiceId, InvoiceNumber, OrderId, OrderNumber, ShipmentId } from "./identifiers.ts";
import type { InvoiceStatus } from "./invoice.ts";
import type { Money } from "./money.ts";
import type { OrderDraft } from "./order.ts";
import type { OrderChange, OrderHold, OrderShipment, OrderState } from "./order-state.ts";
import { statusOf } from "./order-status.ts";
import { zeroQuantity, type Quantity } from "./quantity.ts";
import {
  hasShipped,
  isForward,
  SHIPMENT_STATUSES,
  type Milestone,
  type ShipmentStatus,
} from "./shipment.ts";
import type { Instant } from "./time.ts";

/** What happened at a source to an order that we took. `source` is the system's configured name. */
export type OrderToCashEvent = { readonly at: Instant; readonly source: string } & (
  | { readonly kind: "orderCreated"; readonly number: OrderNumber }
  | { readonly kind: "orderRefused"; readonly code: string; readonly message: string }
  | { readonly kind: "releaseCreated"; readonly shipments: readonly ShipmentSnapshot[] }
  | { readonly kind: "shipmentProgressed"; readonly shipment: ShipmentSnapshot }
  | { readonly kind: "invoiceChanged"; readonly invoice: InvoiceSnapshot }
  /** A step ended without success: it waits for a person. */
  | {
      readonly kind: "stepFailed";
      readonly step: OrderStep;
      readonly code: string;
      readonly message: string;
    }
);

export type OrderStep = "createOrder" | "releaseOrder" | "raiseInvoice";

export type ShipmentSnapshot = {
  readonly id: ShipmentId;
  readonly number: string;
  readonly status: ShipmentStatus;
  /** In base units. */
  readonly lines: readonly { readonly lineNumber: number; readonly quantity: Quantity }[];
  /** Why it does not move, when it does not. */
  readonly problem: string | null;
  /** Also those that nobody looked in between of. */
  readonly milestones: readonly Pick<Milestone, "type" | "at">[];
};

export type InvoiceSnapshot = {
  readonly number: InvoiceNumber;
  readonly id: InvoiceId;
  readonly status: InvoiceStatus;
  readonly total: Money;
};

/** What is to be done next. `step` names the intent: the same step of one order is done once. */
export type OrderToCashCommand = { readonly step: string } & (
  | { readonly kind: "releaseOrder"; readonly release: number }
  | {
      readonly kind: "raiseInvoice";
      readonly shipmentId: ShipmentId;
      readonly number: InvoiceNumber;
    }
);

export type OrderToCashResult = {
  readonly state: OrderState;
  readonly commands: readonly OrderToCashCommand[];
  /** What subscribers are told, in order. Empty when the event was known already. */
  readonly changes: readonly OrderChange[];
};

/** The process begins: the order is accepted, and its command to the ERP is on disk with it. */
export function openOrder(id: OrderId, draft: OrderDraft): OrderToCashResult {
  const state: OrderState = {
    id,
    number: null,
    status: "SUBMITTED",
    draft,
    holds: [],
    timeline: [{ type: "SUBMITTED", at: draft.placedAt, source: "crossdock", note: null }],
    lines: draft.lines.map(({ lineNumber, ordered }) => ({
      lineNumber,
      allocated: zeroQuantity(ordered.uom),
      shipped: zeroQuantity(ordered.uom),
      invoiced: zeroQuantity(ordered.uom),
    })),
    shipments: [],
    invoices: [],
  };
  return { state, commands: [], changes: ["SUBMITTED"] };
}

/**
 * Order to cash as a pure function: created in the ERP → released to the warehouse → shipped →
 * each shipment billed → invoiced. Events may come twice, late or in another order; a repeated one
 * changes nothing and asks for nothing.
 */
export function orderToCash(state: OrderState, event: OrderToCashEvent): OrderToCashResult {
  switch (event.kind) {
    case "orderCreated":
      return onCreated(state, event);
    case "orderRefused":
      return onRefused(state, event);
    case "releaseCreated":
      return onShipments(state, event.shipments, event);
    case "shipmentProgressed":
      return onShipments(state, [event.shipment], event);
    case "invoiceChanged":
      return onInvoice(state, event.invoice, event);
    case "stepFailed":
      return onStepFailed(state, event);
    default:
      return assertNever(event);
  }
}

type Stamp = { readonly at: Instant; readonly source: string };

function onCreated(
  state: OrderState,
  event: Stamp & { readonly number: OrderNumber },
): OrderToCashResult {
  if (state.number !== null) return unchanged(state);
  const created = note(state, event, "CONFIRMED", event.number);
  const next = { ...created, number: event.number, holds: withoutHold(state.holds, "createOrder") };
  return settle(
    state,
    next,
    [{ kind: "releaseOrder", step: "release-1", release: 1 }],
    ["CONFIRMED"],
  );
}

function onRefused(
  state: OrderState,
  event: Stamp & { readonly code: string; readonly message: string },
): OrderToCashResult {
  if (state.number !== null || state.status === "REJECTED") return unchanged(state);
  const refused = note(state, event, "REJECTED", event.message);
  const hold = { code: event.code, reason: event.message, since: event.at };
  return {
    state: { ...refused, status: "REJECTED", holds: [hold] },
    commands: [],
    changes: ["REJECTED"],
  };
}

function onStepFailed(
  state: OrderState,
  event: Stamp & { readonly step: OrderStep; readonly code: string; readonly message: string },
): OrderToCashResult {
  const others = withoutHold(state.holds, event.step);
  if (others.length !== state.holds.length) return unchanged(state);
  const hold = { code: `${event.step}:${event.code}`, reason: event.message, since: event.at };
  return settle(state, { ...state, holds: [...others, hold] }, [], ["HELD"]);
}

function onShipments(
  state: OrderState,
  snapshots: readonly ShipmentSnapshot[],
  event: Stamp,
): OrderToCashResult {
  let next: OrderState = { ...state, holds: withoutHold(state.holds, "releaseOrder") };
  const commands: OrderToCashCommand[] = [];
  const changes: OrderChange[] = [];
  if (state.shipments.length === 0) {
    next = note(next, event, "ALLOCATED", null);
    changes.push("ALLOCATED");
  }
  for (const snapshot of snapshots) {
    const before = next.shipments.find((shipment) => shipment.id === snapshot.id);
    if (before !== undefined && !isForward(before.status, snapshot.status)) continue;
    const after: OrderShipment = {
      id: snapshot.id,
      number: snapshot.number,
      status: snapshot.status,
      lines: snapshot.lines,
      invoiceNumber: before?.invoiceNumber ?? null,
    };
    next = withShipment(next, after);
    next = noteMilestones(next, snapshot, event);
    next = { ...next, holds: holdsAfter(next.holds, snapshot, event) };
    if (hasShipped(after.status) && !hasShipped(before?.status ?? "PLANNED"))
      changes.push("SHIPPED");
    if (hasShipped(after.status) && after.invoiceNumber === null) {
      const { state: billed, command } = bill(next, after, event);
      next = billed;
      commands.push(...command);
    }
  }
  const result = settle(state, withProgress(next), commands, changes);
  return isDeepStrictEqual(result.state, state) ? unchanged(state) : result;
}

/** Each shipment is billed once, under a number of its own. */
function bill(
  state: OrderState,
  shipment: OrderShipment,
  { at }: Stamp,
): { state: OrderState; command: OrderToCashCommand[] } {
  if (state.number === null) return { state, command: [] };
  const number = invoiceNumberOf(state.number, state.invoices.length + 1);
  const invoice = { number, id: null, status: null, total: null, requestedAt: at, postedAt: null };
  const billed = withShipment(
    { ...state, invoices: [...state.invoices, invoice] },
    { ...shipment, invoiceNumber: number },
  );
  const step = `invoice-${shipment.id}`;
  return {
    state: billed,
    command: [{ kind: "raiseInvoice", step, shipmentId: shipment.id, number }],
  };
}

function onInvoice(state: OrderState, snapshot: InvoiceSnapshot, event: Stamp): OrderToCashResult {
  const before = state.invoices.find((invoice) => invoice.number === snapshot.number);
  // Somebody else's bill, or one that finance raised by hand: not a step of this process.
  if (before === undefined) return unchanged(state);
  if (before.id === snapshot.id && before.status === snapshot.status) return unchanged(state);
  const isPosted = snapshot.status !== "DRAFT" && snapshot.status !== "VOID";
  const after = {
    ...before,
    id: snapshot.id,
    status: snapshot.status,
    total: snapshot.total,
    postedAt: before.postedAt ?? (isPosted ? event.at : null),
  };
  const invoices = state.invoices.map((invoice) => (invoice === before ? after : invoice));
  const holds = withoutHold(state.holds, "raiseInvoice");
  let next: OrderState = withProgress({ ...state, invoices, holds });
  if (before.postedAt === null && isPosted) next = note(next, event, "INVOICED", snapshot.number);
  return settle(state, next, [], []);
}

/** Puts the status in place and tells subscribers of the statuses that were reached. */
function settle(
  before: OrderState,
  after: OrderState,
  commands: readonly OrderToCashCommand[],
  changes: readonly OrderChange[],
): OrderToCashResult {
  const status = statusOf(after);
  const reached: OrderChange[] = [...changes];
  if (status !== before.status) {
    if (status === "PICKING") reached.push("PICKING");
    if (status === "INVOICED") reached.push("INVOICED");
  }
  const delivered = (state: OrderState) =>
    state.shipments.length > 0 &&
    state.shipments.every((shipment) => shipment.status === "DELIVERED");
  if (delivered(after) && !delivered(before)) reached.push("DELIVERED");
  return { state: { ...after, status }, commands, changes: reached };
}

/** What was allocated, shipped and invoiced of each line, from the shipments and their bills. */
function withProgress(state: OrderState): OrderState {
  const posted = new Set(
    state.invoices.filter((invoice) => invoice.postedAt !== null).map((invoice) => invoice.number),
  );
  const isPosted = ({ invoiceNumber }: OrderShipment) =>
    invoiceNumber !== null && posted.has(invoiceNumber);
  const live = state.shipments.filter((shipment) => shipment.status !== "CANCELLED");
  const lines = state.draft.lines.map((line) => {
    const sum = (shipments: readonly OrderShipment[]): Quantity => {
      const base = shipments
        .flatMap((shipment) => shipment.lines)
        .filter(({ lineNumber }) => lineNumber === line.lineNumber)
        .map(({ quantity }) => quantity.value);
      const perBase = multiplyDecimals(addDecimals(...base), line.ordered.value);
      return { value: divideDecimals(perBase, line.orderedBase.value), uom: line.ordered.uom };
    };
    const shipped = live.filter(({ status }) => hasShipped(status));
    return {
      lineNumber: line.lineNumber,
      allocated: sum(live),
      shipped: sum(shipped),
      invoiced: sum(shipped.filter(isPosted)),
    };
  });
  return { ...state, lines };
}

/** What the warehouse did to the shipment, each at its own time, and the status that it came to. */
function noteMilestones(
  state: OrderState,
  { milestones, status, number }: ShipmentSnapshot,
  { at, source }: Stamp,
): OrderState {
  const steps = milestones.some(({ type }) => type === status)
    ? milestones
    : [...milestones, { type: status, at }];
  return steps
    .filter(({ type }) => TOLD_STEPS.has(type))
    .reduce((next, step) => note(next, { at: step.at, source }, step.type, number), state);
}

/** Releasing is told as ALLOCATED; words of a warehouse's own stay with the shipment. */
const TOLD_STEPS: ReadonlySet<string> = new Set(
  SHIPMENT_STATUSES.filter((status) => status !== "PLANNED" && status !== "RELEASED"),
);

function withShipment(state: OrderState, shipment: OrderShipment): OrderState {
  const known = state.shipments.some(({ id }) => id === shipment.id);
  const shipments = known
    ? state.shipments.map((other) => (other.id === shipment.id ? shipment : other))
    : [...state.shipments, shipment];
  return { ...state, shipments };
}

function holdsAfter(
  holds: readonly OrderHold[],
  { id, status, problem }: ShipmentSnapshot,
  { at }: Stamp,
): readonly OrderHold[] {
  const others = withoutHold(holds, `shipment-${id}`);
  if (status !== "EXCEPTION") return others;
  const reason = problem ?? "The warehouse reports a problem with the shipment.";
  return [...others, { code: `shipment-${id}:WAREHOUSE_EXCEPTION`, reason, since: at }];
}

function withoutHold(holds: readonly OrderHold[], owner: string): readonly OrderHold[] {
  return holds.filter(({ code }) => !code.startsWith(`${owner}:`));
}

/** Adds what happened, in order of time; what is known is not added twice. */
function note(
  state: OrderState,
  { at, source }: Stamp,
  type: string,
  text: string | null,
): OrderState {
  const isKnown = state.timeline.some((known) => known.type === type && known.note === text);
  if (isKnown) return state;
  const milestone: Milestone = { type, at, source, note: text };
  const timeline = [...state.timeline, milestone].sort((a, b) =>
    a.at < b.at ? -1 : a.at > b.at ? 1 : 0,
  );
  return { ...state, timeline };
}

function unchanged(state: OrderState): OrderToCashResult {
  return { state, commands: [], changes: [] };
}
