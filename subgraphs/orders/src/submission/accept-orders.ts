import {
  asking,
  held,
  submitOrder,
  type Acceptance,
  type Asking,
  type CommandDefinition,
  type CommandRequest,
  type IdempotencyKey,
} from "@crossdock/commands";
import {
  instantOf,
  stockWantedBy,
  type Instant,
  type OrderDraft,
  type OrderId,
  type PromiseAnswer,
  type ReservationId,
  type Shortage,
  type Viewer,
} from "@crossdock/domain";
import {
  lockPromises,
  markConsumed,
  savePromise,
  type PromisedStock,
  type PromiseRequest,
  type StockOffers,
} from "@crossdock/processes";
import type { Context } from "../context.ts";

export type OrderRequest = {
  readonly draft: OrderDraft;
  readonly idempotencyKey: IdempotencyKey;
  /** What the client asked for; the draft holds values that we made. */
  readonly intent: unknown;
  /** Taken by the order in the moment of its acceptance. */
  readonly reservations: readonly ReservationId[];
  /** What the order was judged by: of one that is promised its stock, it is judged again as it is accepted. */
  readonly stockOffers: StockOffers;
};

/**
 * Takes responsibility: the command to the ERP and the order in the book are on disk together when this
 * returns, or neither is. A repeat, also one at the same moment, opens nothing and gets the first one.
 * @throws {CommandsBusyError} nothing was written
 * @throws {ReservationEndedError} a reservation of it ended meanwhile; nothing was written
 * @throws {StockGoneError} its stock was promised to somebody else meanwhile; nothing was written
 */
export async function acceptOrder(
  request: OrderRequest,
  viewer: Viewer,
  context: Context,
): Promise<Acceptance> {
  if (request.reservations.length === 0 && !isPromised(request)) {
    const asked = commandOf(request, viewer, context);
    return context.deps.commandLog.take(definitionFor(request), asked, context.signal);
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
 * @throws {StockGoneError} stock was promised to somebody else meanwhile, or to one of the orders before it
 */
export async function acceptTogether(
  requests: readonly OrderRequest[],
  viewer: Viewer,
  context: Context,
  isWanted: (acceptances: readonly Acceptance[]) => boolean,
): Promise<readonly Acceptance[]> {
  const { ledger, commandLog, clock } = context.deps;
  const asked = requests.map((request): Asking =>
    asking(definitionFor(request), commandOf(request, viewer, context)),
  );
  return ledger.transaction(async (trx) => {
    const now = clock.now();
    const promised = requests.filter(isPromised).map(promiseOf);
    const named = new Set(requests.flatMap(({ reservations }) => reservations));
    const stock = await lockPromises(trx, promised, [...named], now);
    const acceptances = await commandLog.acceptAll(trx, asked);
    if (!isWanted(acceptances)) throw new UnwantedError(acceptances);
    const free = new Set(
      stock.reservations.filter(({ status }) => status === "HELD").map(({ id }) => id),
    );
    for (const [at, request] of requests.entries()) {
      if (acceptances[at]?.kind !== "accepted") continue;
      const { draft, reservations } = request;
      for (const id of reservations) if (!free.delete(id)) throw new ReservationEndedError(at, id);
      if (isPromised(request)) {
        const answer = promiseTo(request, at, stock);
        await savePromise(trx, draft, answer, whenOf(request, viewer, now, context));
      }
      // Ours are named after their key: see OrderId.
      await markConsumed(trx, reservations, draft.key as string as OrderId, now);
    }
    return acceptances;
  });
}

/** An order that waits for a decision is accepted like any other, and not sent. */
function definitionFor({ draft }: Pick<OrderRequest, "draft">): CommandDefinition<OrderDraft> {
  const isHeld = (draft.acceptance?.holds ?? []).length > 0;
  return isHeld ? held(submitOrder) : submitOrder;
}

function isPromised({ draft }: OrderRequest): boolean {
  return draft.acceptance?.isPromised === true;
}

function promiseOf({ draft, reservations, stockOffers }: OrderRequest): PromiseRequest {
  const wanted = stockWantedBy(draft);
  return { ...stockOffers, customerNumber: draft.customerNumber, wanted, named: reservations };
}

function promiseTo(
  request: OrderRequest,
  at: number,
  stock: PromisedStock,
): Extract<PromiseAnswer, { kind: "promised" }> {
  const answer = stock.promise(promiseOf(request));
  if (answer.kind === "short") throw new StockGoneError(at, answer.shortages);
  return answer;
}

const MS_PER_HOUR = 3_600_000;

function whenOf(
  { draft }: OrderRequest,
  { clientId }: Viewer,
  at: Instant,
  { deps: { acceptancePolicy, clock } }: Context,
): Parameters<typeof savePromise>[3] {
  const isHeld = (draft.acceptance?.holds ?? []).length > 0;
  const untilMs = clock.nowMs() + acceptancePolicy.reservedHours * MS_PER_HOUR;
  return { clientId, at, heldUntil: isHeld ? instantOf(new Date(untilMs)) : null };
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
    alongside: ({ id, traceparent }) =>
      deps.orderProcess.opening(draft, { correlationId, causationId: id, traceparent }),
  };
}

/** Ends a transaction of which nothing shall remain. */
export class UnwantedError extends Error {
  override readonly name = "UnwantedError";

  constructor(readonly acceptances: readonly Acceptance[]) {
    super("A conflict takes back the orders beside it.");
  }
}

/** Ends a transaction that came too late for its stock. */
export class StockGoneError extends Error {
  override readonly name = "StockGoneError";

  constructor(
    /** Which of the orders, counted from zero. */
    readonly at: number,
    readonly shortages: readonly Shortage[],
  ) {
    super("Stock was promised to somebody else while its order was accepted.");
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
