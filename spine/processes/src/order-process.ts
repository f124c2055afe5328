import {
  assertNever,
  openOrder,
  orderSubject,
  orderToCash,
  type OrderChange,
  type OrderDraft,
  type OrderId,
  type OrderState,
  type OrderToCashCommand,
  type OrderToCashEvent,
  type OrderToCashResult,
} from "@crossdock/domain";
import {
  cancelRelease,
  parseIdempotencyKey,
  raiseInvoice,
  releaseOrder,
  removeOrder,
  rewriteOrder,
  submitOrder,
  type Acceptance,
  type AcceptanceRows,
  type CommandLog,
  type CommandRecord,
  type CommandRequest,
} from "@crossdock/commands";
import { orderChanged, type EventLog, type NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { lockOrder, openingRowOf, saveOrderState } from "./order-book-writer.ts";

/** What happened to one order. */
export type OrderEffect = { readonly orderId: OrderId; readonly event: OrderToCashEvent };

/** Which request set it off, and what caused it directly. */
export type Trace = { readonly correlationId: string; readonly causationId: string | null };

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

const CLIENT_ID = "crossdock";
const REQUESTED_BY = "order-to-cash";

/** @param commands given late, for the command log needs a journal that needs the process */
export function createOrderProcess(deps: {
  readonly commands: () => CommandLog;
  readonly eventLog: EventLog;
}): OrderProcess {
  const { commands, eventLog } = deps;

  const send = async (
    trx: LedgerTransaction,
    state: OrderState,
    command: OrderToCashCommand,
    trace: Trace,
  ) => {
    const request = {
      clientId: CLIENT_ID,
      idempotencyKey: parseIdempotencyKey(`${state.id}:${command.step}`),
      requestedBy: REQUESTED_BY,
      customerNumber: state.draft.customerNumber,
      ...trace,
    } satisfies Omit<CommandRequest<never>, "data">;
    const orderId = state.id;
    switch (command.kind) {
      case "releaseOrder": {
        const { release } = command;
        return commands().accept(trx, releaseOrder, { ...request, data: { orderId, release } });
      }
      case "raiseInvoice": {
        const { shipmentId, number } = command;
        const data = { orderId, shipmentId, number };
        return commands().accept(trx, raiseInvoice, { ...request, data });
      }
      case "cancelRelease": {
        const { release } = command;
        return commands().accept(trx, cancelRelease, { ...request, data: { orderId, release } });
      }
      case "removeOrder":
        return commands().accept(trx, removeOrder, { ...request, data: { orderId } });
      case "rewriteOrder": {
        const { draft } = command;
        return commands().accept(trx, rewriteOrder, { ...request, data: { orderId, draft } });
      }
      case "withdraw": {
        const type = command.withdrawn === "createOrder" ? submitOrder.type : releaseOrder.type;
        const note = "The order was changed before it was sent.";
        const subject = orderSubject(orderId);
        return commands().withdraw(trx, { subject, type, by: REQUESTED_BY, note });
      }
      default:
        return assertNever(command);
    }
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

  const apply: OrderProcess["apply"] = async (trx, effects, also, trace) => {
    const results = await foldOrders(trx, effects, trace);
    for (const { state } of results) await saveOrderState(trx, state);
    // Before what follows from it: of two changes of one command the later is told last.
    const events = [...also, ...results.flatMap(({ events }) => events)];
    if (events.length > 0) await eventLog.append(trx, events, { ...trace, tenant: null });
    for (const result of results) {
      for (const command of result.commands) await send(trx, result.state, command, trace);
      await conclude(trx, result);
    }
  };

  return {
    opening(draft, trace) {
      // Our orders are named after their key: see OrderId.
      const { state, changes } = openOrder(
        draft.key as string as OrderId,
        draft,
        trace.causationId,
      );
      const events = toEvents(state, changes, draft.placedAt);
      return {
        orders: [openingRowOf(state)],
        events: eventLog.rowsOf(events, { ...trace, tenant: draft.customerNumber }),
      };
    },

    apply,

    async request(trx, orderId, accept, eventOf) {
      // Commands before the order's row, and both before the event log, as everybody locks them.
      await commands().holdBack(trx, orderSubject(orderId));
      await lockOrder(trx, orderId);
      const acceptance = await accept();
      if (acceptance.kind !== "accepted") return acceptance;
      const { command } = acceptance;
      const trace = { correlationId: command.correlationId, causationId: command.id };
      await apply(trx, [{ orderId, event: eventOf(command) }], [], trace);
      return acceptance;
    },
  };
}

type FoldedOrder = Omit<OrderToCashResult, "changes"> & { readonly events: readonly NewEvent[] };

async function foldOrders(
  trx: LedgerTransaction,
  effects: readonly OrderEffect[],
  { causationId }: Trace,
): Promise<FoldedOrder[]> {
  const folded: FoldedOrder[] = [];
  for (const orderId of [...new Set(effects.map((effect) => effect.orderId))].sort()) {
    const record = await lockOrder(trx, orderId);
    if (record?.state == null) continue;
    let order: FoldedOrder = {
      state: record.state,
      commands: [],
      ended: [],
      compensated: [],
      events: [],
    };
    for (const { event } of effects.filter((effect) => effect.orderId === orderId)) {
      const result = orderToCash(order.state, event, causationId);
      order = {
        state: result.state,
        commands: [...order.commands, ...result.commands],
        ended: [...order.ended, ...result.ended],
        compensated: [...order.compensated, ...result.compensated],
        events: [...order.events, ...toEvents(result.state, result.changes, event.at)],
      };
    }
    const isNews = order.state !== record.state;
    if (isNews || order.commands.length > 0 || order.ended.length > 0) folded.push(order);
  }
  return folded;
}

function toEvents(
  state: OrderState,
  changes: readonly OrderChange[],
  occurredAt: OrderToCashEvent["at"],
): NewEvent[] {
  const { id: orderId, status, draft } = state;
  return changes.map((change) =>
    orderChanged.create(
      { orderId, change, status },
      { occurredAt, customerNumber: draft.customerNumber },
    ),
  );
}
