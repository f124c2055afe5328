import {
  submitOrder,
  type Acceptance,
  type CommandRequest,
  type IdempotencyKey,
} from "@crossdock/commands";
import type { OrderDraft, Viewer } from "@crossdock/domain";
import type { Context } from "../context.ts";

export type OrderRequest = {
  readonly draft: OrderDraft;
  readonly idempotencyKey: IdempotencyKey;
  /** What the client asked for; the draft holds values that we made. */
  readonly intent: unknown;
};

/**
 * Takes responsibility: the command to the ERP and the order in the book are on disk together when this
 * returns, or neither is. A repeat, also one at the same moment, opens nothing and gets the first one.
 * @throws {CommandsBusyError} nothing was written
 */
export function acceptOrder(
  request: OrderRequest,
  viewer: Viewer,
  context: Context,
): Promise<Acceptance> {
  const asked = commandOf(request, viewer, context);
  return context.deps.commandLog.take(submitOrder, asked, context.signal);
}

/**
 * Takes responsibility for all of the orders in one transaction, or for none.
 * @param isWanted looks at what would be accepted; `false` takes all of it back, and nothing has happened
 * @returns one per request, in their order
 * @throws {UnwantedError} it was not wanted
 */
export async function acceptTogether(
  requests: readonly OrderRequest[],
  viewer: Viewer,
  context: Context,
  isWanted: (acceptances: readonly Acceptance[]) => boolean,
): Promise<readonly Acceptance[]> {
  const { ledger, commandLog } = context.deps;
  const asked = requests.map((request) => commandOf(request, viewer, context));
  return ledger.transaction(async (trx) => {
    const acceptances = await commandLog.acceptEach(trx, submitOrder, asked);
    if (!isWanted(acceptances)) throw new UnwantedError(acceptances);
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
