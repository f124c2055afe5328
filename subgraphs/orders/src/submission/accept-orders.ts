import { submitOrder, type Acceptance, type IdempotencyKey } from "@crossdock/commands";
import type { OrderDraft, Viewer } from "@crossdock/domain";
import type { Context } from "../context.ts";

export type OrderRequest = {
  readonly draft: OrderDraft;
  readonly idempotencyKey: IdempotencyKey;
  /** What the client asked for; the draft holds values that we made. */
  readonly intent: unknown;
};

/**
 * Takes responsibility, in one transaction: the commands to the ERP and the orders in the book are on disk
 * together when this returns, or none of them is. A repeat, also one at the same moment, opens nothing
 * and gets the first one.
 * @param isWanted looks at what would be accepted; `false` takes all of it back, and nothing has happened
 * @returns one per request, in their order
 * @throws {UnwantedError} it was not wanted
 */
export async function acceptOrders(
  requests: readonly OrderRequest[],
  viewer: Viewer,
  { deps, correlationId }: Context,
  isWanted: (acceptances: readonly Acceptance[]) => boolean = () => true,
): Promise<readonly Acceptance[]> {
  const { ledger, commandLog, orderProcess } = deps;
  const acceptances = await ledger.transaction(async (trx) => {
    const accepted = await commandLog.acceptEach(
      trx,
      submitOrder,
      requests.map(({ draft, idempotencyKey, intent }) => ({
        clientId: viewer.clientId,
        idempotencyKey,
        requestedBy: viewer.id,
        customerNumber: draft.customerNumber,
        data: draft,
        fingerprint: intent,
        correlationId,
        causationId: null,
      })),
    );
    if (!isWanted(accepted)) throw new UnwantedError(accepted);
    for (const [at, { draft }] of requests.entries()) {
      const acceptance = accepted[at];
      if (acceptance?.kind !== "accepted") continue;
      await orderProcess.open(trx, draft, { correlationId, causationId: acceptance.command.id });
    }
    return accepted;
  });
  if (acceptances.some(({ kind }) => kind === "accepted")) commandLog.wake();
  return acceptances;
}

/** Ends a transaction of which nothing shall remain. */
export class UnwantedError extends Error {
  override readonly name = "UnwantedError";

  constructor(readonly acceptances: readonly Acceptance[]) {
    super("A conflict takes back the orders beside it.");
  }
}
