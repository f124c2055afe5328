import { submitOrder, type Acceptance, type IdempotencyKey } from "@crossdock/commands";
import type { OrderDraft, Viewer } from "@crossdock/domain";
import type { Context } from "../context.ts";

/**
 * Takes responsibility: the command to the ERP and the order in the book are on disk together when this
 * returns, or neither is. A repeat, also one at the same moment, opens nothing and gets the first one.
 * @param request.intent what the client asked for; the draft holds values that we made
 */
export async function acceptOrder(
  draft: OrderDraft,
  request: { readonly idempotencyKey: IdempotencyKey; readonly intent: unknown },
  viewer: Viewer,
  { deps, correlationId }: Context,
): Promise<Acceptance> {
  const { ledger, commandLog, orderProcess } = deps;
  const acceptance = await ledger.transaction(async (trx) => {
    const accepted = await commandLog.accept(trx, submitOrder, {
      clientId: viewer.clientId,
      idempotencyKey: request.idempotencyKey,
      requestedBy: viewer.id,
      customerNumber: draft.customerNumber,
      data: draft,
      fingerprint: request.intent,
      correlationId,
      causationId: null,
    });
    if (accepted.kind === "accepted") {
      await orderProcess.open(trx, draft, { correlationId, causationId: accepted.command.id });
    }
    return accepted;
  });
  if (acceptance.kind === "accepted") commandLog.wake();
  return acceptance;
}
