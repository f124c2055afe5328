import {
  assertNever,
  openOrder,
  orderToCash,
  type OrderChange,
  type OrderDraft,
  type OrderId,
  type OrderState,
  type OrderToCashCommand,
  type OrderToCashEvent,
} from "@crossdock/domain";
import {
  parseIdempotencyKey,
  raiseInvoice,
  releaseOrder,
  type CommandLog,
  type CommandRequest,
} from "@crossdock/commands";
import { orderChanged, type EventLog, type NewEvent } from "@crossdock/events";
import type { LedgerTransaction } from "@crossdock/ledger";
import { lockOrder, saveOrderState } from "./order-book-writer.ts";

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
  /** Begins the process of an accepted order: its row in the book, and the SUBMITTED event. */
  open(trx: LedgerTransaction, draft: OrderDraft, trace: Trace): Promise<OrderState>;
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
}

const CLIENT_ID = "crossdock";
const REQUESTED_BY = "order-to-cash";

/** @param commands given late, for the command log needs a journal that needs the process */
export function createOrderProcess(deps: {
  readonly commands: () => CommandLog;
  readonly eventLog: EventLog;
}): OrderProcess {
  const { commands, eventLog } = deps;

  const accept = async (
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
      default:
        return assertNever(command);
    }
  };

  return {
    async open(trx, draft, trace) {
      // Our orders are named after their key: see OrderId.
      const { state, changes } = openOrder(draft.key as string as OrderId, draft);
      await saveOrderState(trx, state);
      await eventLog.append(trx, toEvents(state, changes, draft.placedAt), contextOf(state, trace));
      return state;
    },

    async apply(trx, effects, also, trace) {
      const results = await foldOrders(trx, effects);
      for (const { state } of results) await saveOrderState(trx, state);
      for (const { state, requested } of results) {
        for (const command of requested) await accept(trx, state, command, trace);
      }
      const events = [...also, ...results.flatMap(({ events }) => events)];
      if (events.length > 0) await eventLog.append(trx, events, { ...trace, tenant: null });
    },
  };
}

type FoldedOrder = {
  readonly state: OrderState;
  readonly requested: readonly OrderToCashCommand[];
  readonly events: readonly NewEvent[];
};

async function foldOrders(
  trx: LedgerTransaction,
  effects: readonly OrderEffect[],
): Promise<FoldedOrder[]> {
  const folded: FoldedOrder[] = [];
  for (const orderId of [...new Set(effects.map((effect) => effect.orderId))].sort()) {
    const record = await lockOrder(trx, orderId);
    if (record?.state == null) continue;
    let state = record.state;
    const requested: OrderToCashCommand[] = [];
    const events: NewEvent[] = [];
    for (const { event } of effects.filter((effect) => effect.orderId === orderId)) {
      const result = orderToCash(state, event);
      state = result.state;
      requested.push(...result.commands);
      events.push(...toEvents(state, result.changes, event.at));
    }
    if (state !== record.state) folded.push({ state, requested, events });
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

function contextOf(state: OrderState, trace: Trace) {
  return { ...trace, tenant: state.draft.customerNumber };
}
