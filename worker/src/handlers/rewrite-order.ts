import { rewriteOrder, type CommandHandler } from "@crossdock/commands";
import type { OrderDraft, SourceOrder } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import type { ErpSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type RewriteData = ReturnType<(typeof rewriteOrder)["parse"]>;

/** Makes the sales order in the ERP what an amendment says. */
export function handleRewriteOrder(deps: {
  readonly erp: ErpSystem;
  readonly clock: Clock;
}): CommandHandler {
  const { erp, clock } = deps;
  return defineSending<RewriteData, OrderDraft, SourceOrder>(rewriteOrder, {
    writer: erp.orders,
    draftOf: ({ data }) => Promise.resolve(data.draft),
    find: (draft, signal) => erp.orders.findRewrittenOrder(draft, signal),
    create: (draft, _command, signal) => erp.orders.rewriteOrder(draft, signal),
    done: (_order, { data: { orderId } }) => {
      const event = { kind: "orderRewritten", at: clock.now(), source: erp.name } as const;
      return { typename: "Order", id: orderId, orders: [{ orderId, event }] };
    },
  });
}
