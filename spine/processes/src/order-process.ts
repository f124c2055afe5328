import {
  assertNever,
  openOrder,
  orderSubject,
  orderToCash,
  type BillingTerms,
  type CustomerNumber,
  type Instant,
  type OrderChange,
  type OrderDraft,
  type OrderId,
  type OrderState,
  type OrderToCashCommand,
  type OrderToCashEvent,
  type OrderToCashResult,
} from "@crossdock/domain";
import {
  asking,
  calculateTax,
  cancelRelease,
  parseIdempotencyKey,
  raiseInvoice,
  readFreight,
  settleTax,
  trueUpTax,
  voidTax,
  releaseOrder,
  removeOrder,
  rewriteOrder,
  submitOrder,
  type Acceptance,
  type AcceptanceRows,
  type Asking,
  type CommandLog,
  type CommandRecord,
  type CommandRequest,
} from "@crossdock/commands";
import type { EventLog, NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { allocationFindings } from "./allocation-findings.ts";
import { billFindings } from "./bill-findings.ts";
import { noteBilledShipments } from "./billed-shipments.ts";
import type { OrderRecord } from "./order-book.ts";
import { lockOrders, openingRowOf, saveOrderStates } from "./order-book-writer.ts";
import { orderChangedEvent } from "./order-event.ts";
import { foldReturns, type ReturnEffect } from "./return-process.ts";
import { endPromises } from "./reservation-writer.ts";
import { shipmentHoldFindings } from "./shipment-hold-findings.ts";
import { noteTaxRates } from "./tax-rate-book.ts";
import { shortfallFindings } from "./shortfall-findings.ts";
import { tellTurnFindings } from "./turn-findings.ts";

/** What happened to one order. */
export type OrderEffect = { readonly orderId: OrderId; readonly event: OrderToCashEvent };

/** Which request set it off, and what caused it directly. */
export type Trace = {
  readonly correlationId: string;
  readonly causationId: string | null;
  /** From which span what follows goes on; without one, what follows of an order goes on from where that began. */
  readonly traceparent?: string | null;
};

export type Happening = {
  readonly effects: readonly OrderEffect[];
  readonly also: readonly NewEvent[];
  /** What it means to returns; nothing when left out. */
  readonly returns?: readonly ReturnEffect[];
  readonly trace: Trace;
};

/**
 * Runs order to cash: state and event in, state and commands out, all in the caller's transaction.
 * What subscribers are told and what the book says can never differ, and no step is asked for
 * without being on disk.
 */
export interface OrderProcess {
  /**
   * What the process of an order begins with: its row in the book, and the SUBMITTED event. For a command that
   * is accepted exactly when the order is opened, see `CommandRequest.alongside`.
   */
  opening(draft: OrderDraft, trace: Trace): Pick<AcceptanceRows, "orders" | "events">;
  /**
   * Applies what happened; call it last in the transaction, with everything that happened. Rows are
   * locked in order of id before the log's lock is taken, so that two of these cannot deadlock.
   * Orders that we did not take are passed over.
   * @param also events of other subjects that become true at the same moment
   */
  apply(
    trx: LedgerTransaction,
    effects: readonly OrderEffect[],
    also: readonly NewEvent[],
    trace: Trace,
  ): Promise<void>;
  /** `apply` for what happened at the same moment in several places. */
  applyAll(trx: LedgerTransaction, happenings: readonly Happening[]): Promise<void>;
  /**
   * Accepts a client's request for a whole order and begins with it: whoever works on the order waits, and
   * what has reached nobody yet is taken back.
   * @param eventOf what the acceptance means to the order
   */
  request(
    trx: LedgerTransaction,
    orderId: OrderId,
    accept: () => Promise<Acceptance>,
    eventOf: (command: CommandRecord) => OrderToCashEvent,
  ): Promise<Acceptance>;
}

const BILLING = {
  readFreight,
  calculateTax,
  voidTax,
  raiseInvoice,
  trueUpTax,
  settleTax,
} as const;
const CLIENT_ID = "crossdock";
const REQUESTED_BY = "order-to-cash";

/** @param commands given late, for the command log needs a journal that needs the process */
export function createOrderProcess(deps: {
  readonly commands: () => CommandLog;
  readonly eventLog: EventLog;
  /** What the bills of a new order of this account wait for; nothing but the shipment where it is left out. */
  readonly billingTermsOf?: (customer: CustomerNumber) => BillingTerms;
}): OrderProcess {
  const { commands, eventLog, billingTermsOf } = deps;

  /** @returns what the command is asked for with; `null` where nothing new is asked for */
  const askingFor = (
    { id: orderId, draft: placed }: OrderState,
    command: OrderToCashCommand,
    trace: Trace,
  ): Asking | null => {
    const request = {
      clientId: CLIENT_ID,
      idempotencyKey: parseIdempotencyKey(`${orderId}:${command.step}`),
      requestedBy: REQUESTED_BY,
      customerNumber: placed.customerNumber,
      ...trace,
    } satisfies Omit<CommandRequest<never>, "data">;
    switch (command.kind) {
      case "releaseOrder": {
        const { release } = command;
        return asking(releaseOrder, { ...request, data: { orderId, release } });
      }
      case "readFreight":
      case "calculateTax":
      case "voidTax":
      case "raiseInvoice":
      case "trueUpTax":
      case "settleTax": {
        const { kind, shipmentId, number } = command;
        return asking(BILLING[kind], { ...request, data: { orderId, shipmentId, number } });
      }
      case "cancelRelease": {
        const { release } = command;
        return asking(cancelRelease, { ...request, data: { orderId, release } });
      }
      case "removeOrder":
        return asking(removeOrder, { ...request, data: { orderId } });
      case "rewriteOrder": {
        const { draft } = command;
        return asking(rewriteOrder, { ...request, data: { orderId, draft } });
      }
      case "withdraw":
      case "sendOrder":
        return null;
      default:
        return assertNever(command);
    }
  };

  const withdraw = (
    trx: LedgerTransaction,
    orderId: OrderId,
    { withdrawn, release }: Extract<OrderToCashCommand, { kind: "withdraw" }>,
  ): Promise<void> => {
    const type = withdrawn === "createOrder" ? submitOrder.type : releaseOrder.type;
    const note = "The order was changed before it was sent.";
    const subject = orderSubject(orderId);
    const of = release === undefined ? {} : { data: { release } };
    return commands().withdraw(trx, { subject, type, ...of, by: REQUESTED_BY, note });
  };

  /** New commands with one statement for all, unless one before has to be taken back between them. */
  const send = async (trx: LedgerTransaction, orders: readonly FoldedOrder[]): Promise<void> => {
    let asked: Asking[] = [];
    const flush = async () => {
      if (asked.length > 0) await commands().acceptAll(trx, asked);
      asked = [];
    };
    for (const { state, commands: wanted, trace } of orders) {
      for (const command of wanted) {
        const next = askingFor(state, command, trace);
        if (next !== null) asked.push(next);
        if (command.kind === "sendOrder") await commands().letGo(trx, command.commandId);
        if (command.kind !== "withdraw") continue;
        await flush();
        await withdraw(trx, state.id, command);
      }
    }
    await flush();
  };

  /** What else is over with it: requests of clients, and commands of which nothing is left. */
  const conclude = async (
    trx: LedgerTransaction,
    { state, ended, compensated }: FoldedOrder,
  ): Promise<void> => {
    for (const id of compensated) await commands().markCompensated(trx, id);
    for (const { commandId, ...outcome } of ended) {
      const result = { typename: "Order", id: state.id };
      await commands().complete(
        trx,
        commandId,
        outcome.kind === "done" ? { kind: "done", result } : outcome,
      );
    }
  };

  const applyAll: OrderProcess["applyAll"] = async (trx, happenings) => {
    const folded = await foldHappenings(trx, happenings);
    const orders = folded.flat();
    await saveOrderStates(trx, lastStatesOf(orders));
    await noteBilledShipments(trx, orders);
    await noteTaxRates(trx, orders);
    const raised = [
      ...(await tellTurnFindings(trx, orders, billFindings)),
      ...(await tellTurnFindings(trx, orders, shortfallFindings)),
      ...(await tellTurnFindings(trx, orders, shipmentHoldFindings)),
      ...(await tellTurnFindings(trx, orders, allocationFindings)),
    ];
    const returned = await foldReturns(
      trx,
      happenings.map(({ returns = [], trace }) => ({ returns, trace })),
    );
    await endTheirPromises(trx, orders);
    // Before what follows from it: of two changes of one command the later is told last.
    const rows = happenings.flatMap(({ also, trace }, at) => {
      const moved = folded[at] ?? [];
      return [
        { events: also, trace },
        ...moved,
        { events: returned.events[at] ?? [], trace },
      ].flatMap((told) => eventLog.rowsOf(told.events, { ...told.trace, tenant: null }));
    });
    const told =
      happenings[0] === undefined
        ? []
        : eventLog.rowsOf(raised, { ...happenings[0].trace, tenant: null });
    await eventLog.appendRows(trx, [...rows, ...told]);
    await send(trx, orders);
    if (returned.asked.length > 0) await commands().acceptAll(trx, returned.asked);
    for (const order of orders) await conclude(trx, order);
    for (const id of returned.compensated) await commands().markCompensated(trx, id);
  };
  const apply: OrderProcess["apply"] = (trx, effects, also, trace) =>
    applyAll(trx, [{ effects, also, trace }]);

  return {
    opening(draft, trace) {
      const { state: plain, changes } = opened(draft, trace.causationId);
      const billing = billingTermsOf?.(draft.customerNumber);
      const { correlationId, traceparent } = trace;
      const state = {
        ...plain,
        correlationId,
        ...(traceparent == null ? {} : { traceparent }),
        ...(billing === undefined ? {} : { billing }),
      };
      const events = toEvents(state, changes, draft.placedAt);
      return {
        orders: [openingRowOf(state)],
        events: eventLog.rowsOf(events, { ...trace, tenant: draft.customerNumber }),
      };
    },

    apply,
    applyAll,

    async request(trx, orderId, accept, eventOf) {
      // Commands before the order's row, and both before the event log, as everybody locks them.
      await commands().holdBack(trx, orderSubject(orderId));
      await lockOrders(trx, [orderId]);
      const acceptance = await accept();
      if (acceptance.kind !== "accepted") return acceptance;
      const { command } = acceptance;
      const { correlationId, id: causationId, traceparent } = command;
      const trace = { correlationId, causationId, traceparent };
      await apply(trx, [{ orderId, event: eventOf(command) }], [], trace);
      return acceptance;
    },
  };
}

/** Our orders are named after their key: see OrderId. */
function opened(draft: OrderDraft, causationId: string | null) {
  return openOrder(draft.key as string as OrderId, draft, causationId);
}

/** An order as the book holds it from the moment on in which the command was accepted that opens it. */
export function openedOrder(draft: OrderDraft, commandId: string): OrderRecord {
  const { state } = opened(draft, commandId);
  const { customerNumber, customerReference, placedAt, lines } = draft;
  return {
    id: state.id,
    number: null,
    customerNumber,
    customerReference,
    status: state.status,
    placedAt,
    skus: [...new Set(lines.map(({ sku }) => sku))],
    state,
    source: null,
  };
}

type FoldedOrder = Omit<OrderToCashResult, "changes"> & {
  readonly before: OrderState;
  readonly happenedAt: Instant;
  readonly events: readonly NewEvent[];
  readonly trace: Trace;
  /** When a warehouse took some of it, or it was over; `null` when neither. */
  readonly at: Instant | null;
};

/** @returns for each of them what it means to its orders, in order of id; those it changes nothing for left out */
async function foldHappenings(
  trx: LedgerTransaction,
  happenings: readonly Happening[],
): Promise<FoldedOrder[][]> {
  const ids = happenings.flatMap(({ effects }) => effects.map(({ orderId }) => orderId));
  const records = await lockOrders(trx, ids);
  const states = new Map(records.map(({ id, state }) => [id, state]));
  return happenings.map(({ effects, trace }) => {
    const folded: FoldedOrder[] = [];
    for (const orderId of [...new Set(effects.map((effect) => effect.orderId))].sort()) {
      const before = states.get(orderId) ?? null;
      if (before === null) continue;
      const its = effects.flatMap((effect) => (effect.orderId === orderId ? [effect.event] : []));
      const order = foldOrder(before, its, ownTrace(before, trace));
      states.set(orderId, order.state);
      const isNews = order.state !== before;
      if (isNews || order.commands.length > 0 || order.ended.length > 0) folded.push(order);
    }
    return folded;
  });
}

/** What no command has caused, as a source's news, belongs to what set the order off; and so does what follows from it. */
function ownTrace({ correlationId, traceparent: begun }: OrderState, trace: Trace): Trace {
  const traceparent = trace.traceparent ?? begun ?? null;
  return trace.causationId !== null || correlationId === undefined
    ? { ...trace, traceparent }
    : { correlationId, causationId: null, traceparent };
}

function foldOrder(
  before: OrderState,
  events: readonly OrderToCashEvent[],
  trace: Trace,
): FoldedOrder {
  let order: FoldedOrder = {
    before,
    happenedAt: before.draft.placedAt,
    state: before,
    commands: [],
    ended: [],
    compensated: [],
    events: [],
    trace,
    at: null,
  };
  for (const event of events) {
    const result = orderToCash(order.state, event, trace.causationId);
    order = {
      before,
      happenedAt: event.at,
      state: result.state,
      commands: [...order.commands, ...result.commands],
      ended: [...order.ended, ...result.ended],
      compensated: [...order.compensated, ...result.compensated],
      events: [...order.events, ...toEvents(result.state, result.changes, event.at)],
      trace,
      at: mayEndPromises(event, result.state) ? event.at : order.at,
    };
  }
  return order;
}

/** What was set aside for an order ends with the event that says so: nobody sees it promised twice, or lost, for long. */
async function endTheirPromises(
  trx: LedgerTransaction,
  orders: readonly FoldedOrder[],
): Promise<void> {
  const promised = orders.filter(
    ({ state, at }) => state.draft.acceptance?.isPromised === true && at !== null,
  );
  const at = promised.reduce<Instant | null>(
    (latest, order) => (latest === null || (order.at ?? "") > latest ? order.at : latest),
    null,
  );
  if (at === null) return;
  const ids = promised.map(({ state }) => state.id);
  await endPromises(trx, { orders: ids, at, limit: MAX_ENDED });
}

/** Places that orders of one transaction take stock from. */
const MAX_ENDED = 10_000;

function lastStatesOf(orders: readonly FoldedOrder[]): FoldedOrder[] {
  return [...new Map(orders.map((order) => [order.state.id, order])).values()];
}

function mayEndPromises({ kind }: OrderToCashEvent, { status }: OrderState): boolean {
  return kind === "releaseCreated" || status === "CANCELLED" || status === "REJECTED";
}

function toEvents(
  state: OrderState,
  changes: readonly OrderChange[],
  occurredAt: OrderToCashEvent["at"],
): NewEvent[] {
  const { id, status, draft } = state;
  const order = { id, status, customerNumber: draft.customerNumber };
  return changes.map((change) => orderChangedEvent(order, change, occurredAt));
}
