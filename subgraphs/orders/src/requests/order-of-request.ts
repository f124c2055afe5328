import type { Acceptance, CommandDefinition, CommandRequest } from "@crossdock/commands";
import {
  orderSubject,
  parseOrderId,
  refusal,
  type ChangeRefusal,
  type OrderId,
  type OrderState,
  type OrderToCashEvent,
  type UserError,
} from "@crossdock/domain";
import type { LedgerTransaction } from "@crossdock/ledger";
import type { OrderRecord } from "@crossdock/processes";
import { commandView, idOrNull, type CommandAnswer } from "@crossdock/subgraph-kit";
import type { Context } from "../context.ts";
import type { SubmissionAnswer } from "../models.ts";
import { findOrder } from "../resolvers/Order.ts";

/** What is not there, and what is somebody else's. */
export const UNKNOWN_ORDER: UserError = refusal("UNKNOWN_ORDER", "There is no such order.", [
  "orderId",
]);

/** An order that this API took, so that its process is ours to change. */
export type OurOrder = OrderRecord & { readonly state: OrderState };

/**
 * The order that a request is about.
 * @param refuse why the order as it is cannot be changed so; `null` when it can
 * @param elsewhere why an order of the ERP's own cannot
 */
export async function orderToChange(
  rawId: string,
  refuse: (state: OrderState) => ChangeRefusal | null,
  elsewhere: ChangeRefusal,
  context: Context,
): Promise<
  { readonly order: OurOrder } | { readonly order: null; readonly userErrors: readonly UserError[] }
> {
  const record = await findOrder(rawId, context);
  if (record === null) return { order: null, userErrors: [UNKNOWN_ORDER] };
  const { state } = record;
  const refused = state === null ? elsewhere : refuse(state);
  if (state !== null && refused === null) return { order: { ...record, state } };
  const { code, message } = refused ?? elsewhere;
  return { order: null, userErrors: [refusal(code, message, ["orderId"])] };
}

/** Accepts the request and begins with it at once: see `OrderProcess.request`. */
export function beginRequest<Data extends { readonly orderId: OrderId }>(
  definition: CommandDefinition<Data>,
  eventOf: (data: Data, commandId: string) => OrderToCashRequest,
  { deps }: Pick<Context, "deps">,
) {
  return (trx: LedgerTransaction, request: CommandRequest<Data>): Promise<Acceptance> =>
    deps.orderProcess.request(
      trx,
      request.data.orderId,
      () => deps.commandLog.accept(trx, definition, request),
      ({ id }) =>
        ({
          ...eventOf(request.data, id),
          at: deps.clock.now(),
          source: OURSELVES,
        }) as OrderToCashEvent,
    );
}

type OrderToCashRequest = Omit<
  Extract<OrderToCashEvent, { kind: "cancelRequested" | "amendRequested" }>,
  "at" | "source"
>;

const OURSELVES = "crossdock";

/**
 * The order is read anew: it may have changed while we waited. Whoever has the answer to a command is never shown
 * what was before it.
 */
export async function answerWithOrder(
  { command, replayed, userErrors }: CommandAnswer,
  rawId: string,
  context: Context,
): Promise<SubmissionAnswer> {
  if (command === null) return { command: null, order: null, replayed, userErrors };
  context.renewLoaders();
  const id = idOrNull(parseOrderId, rawId);
  if (id !== null && command.completedAt !== null) {
    context.deps.readCache.expire([orderSubject(id)]);
  }
  return {
    command: commandView(command),
    order: await findOrder(rawId, context),
    replayed,
    userErrors,
  };
}
