import {
  submitOrder,
  type Acceptance,
  type CommandRequest,
  type IdempotencyKey,
} from "@crossdock/commands";
import type { OrderDraft, OrderId, ReservationId, Viewer } from "@crossdock/domain";
import { lockReservations, markConsumed } from "@crossdock/processes";
import type { Context } from "../context.ts";

export type OrderRequest = {
  readonly draft: OrderDraft;
  readonly idempotencyKey: IdempotencyKey;
  /** What the client asked for; the draft holds values that we made. */
  readonly intent: unknown;
  /** Taken by the order in the moment of its acceptance. */
  readonly reservations: readonly ReservationId[];
};

/**
 * Takes responsibility: the command to the ERP and the order in the book are on disk together when this
 * returns, or neither is. A repeat, also one at the same moment, opens nothing and gets the first one.
 * @throws {CommandsBusyError} nothing was written
 * @throws {ReservationEndedError} a reservation of it ended meanwhile; nothing was written
 */
export async function acceptOrder(
  request: OrderRequest,
  viewer: Viewer,
  context: Context,
): Promise<Acceptance> {
  if (request.reservations.length === 0) {
    const asked = commandOf(request, viewer, context);
    return context.deps.commandLog.take(submitOrder, asked, context.signal);
  }
  const [acceptance] = await acceptTogether([request], viewer, context, () => true);
  if (acceptance === undefined) throw new Error("An order was given no answer.");
  return acceptance;
}

/**
 * Takes responsibility for all of the orders in one transaction, or for none.
 * @param isWanted looks at what would be accepted; `false` takes all of it back, and nothing has happened
 * @returns one per request, in their order
 * @throws {UnwantedError} it was not wanted
 * @throws {ReservationEndedError} a reservation ended meanwhile, or two of the orders name it
 */
export async function acceptTogether(
  requests: readonly OrderRequest[],
  viewer: Viewer,
  context: Context,
  isWanted: (acceptances: readonly Acceptance[]) => boolean,
): Promise<readonly Acceptance[]> {
  const { ledger, commandLog, clock } = context.deps;
  const asked = requests.map((request) => commandOf(request, viewer, context));
  return ledger.transaction(async (trx) => {
    const now = clock.now();
    const named = new Set(requests.flatMap(({ reservations }) => reservations));
    const locked = await lockReservations(trx, [...named], now);
    const acceptances = await commandLog.acceptEach(trx, submitOrder, asked);
    if (!isWanted(acceptances)) throw new UnwantedError(acceptances);
    const held = new Set(locked.filter(({ status }) => status === "HELD").map(({ id }) => id));
    for (const [at, { draft, reservations }] of requests.entries()) {
      if (acceptances[at]?.kind !== "accepted") continue;
      for (const id of reservations) if (!held.delete(id)) throw new ReservationEndedError(at, id);
      // Ours are named after their key: see OrderId.
      await markConsumed(trx, reservations, draft.key as string as OrderId, now);
    }
    return acceptances;
  });
}

function commandOf(
  { draft, idempotencyKey, intent }: OrderRequest,
  viewer: Viewer,
  { deps, correlationId }: Context,
): CommandRequest<OrderDraft> {
  return {
    clientId: viewer.clientId,
    idempotencyKey,
    requestedBy: viewer.id,
    customerNumber: draft.customerNumber,
    data: draft,
    fingerprint: intent,
    correlationId,
    causationId: null,
    alongside: ({ id }) => deps.orderProcess.opening(draft, { correlationId, causationId: id }),
  };
}

/** Ends a transaction of which nothing shall remain. */
export class UnwantedError extends Error {
  override readonly name = "UnwantedError";

  constructor(readonly acceptances: readonly Acceptance[]) {
    super("A conflict takes back the orders beside it.");
  }
}

/** Ends a transaction that came too late for a reservation. */
export class ReservationEndedError extends Error {
  override readonly name = "ReservationEndedError";

  constructor(
    /** Which of the orders, counted from zero. */
    readonly at: number,
    readonly reservation: ReservationId,
  ) {
    super("A reservation ended while its order was accepted.");
  }
}
