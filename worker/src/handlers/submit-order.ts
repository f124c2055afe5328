import { submitOrder, type CommandHandler } from "@crossdock/commands";
import type { OrderDraft, OrderId, SourceOrder } from "@crossdock/domain";
import type { Clock } from "@crossdock/runtime";
import type { ErpSystem } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

/** Creates the sales order in the ERP. */
export function handleSubmitOrder(deps: {
  readonly erp: ErpSystem;
  readonly clock: Clock;
}): CommandHandler {
  const { erp, clock } = deps;
  return defineSending<OrderDraft, OrderDraft, SourceOrder>(submitOrder, {
    writer: erp.orders,
    draftOf: (command) => Promise.resolve(command.data),
    find: (draft, signal) => erp.orders.findOrder(draft, signal),
    create: (draft, _command, signal) => erp.orders.createOrder(draft, signal),
    done: ({ number }, { data }) => {
      const orderId = data.key as string as OrderId; // ours are named after their key
      const event = { kind: "orderCreated", number, at: clock.now(), source: erp.name } as const;
      return { typename: "Order", id: orderId, orders: [{ orderId, event }] };
    },
  });
}
