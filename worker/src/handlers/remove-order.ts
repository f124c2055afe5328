import { reject, removeOrder, type CommandHandler } from "@crossdock/commands";
import type { OrderDraft } from "@crossdock/domain";
import type { OrderBook } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { ErpSystem, RemovedOrder } from "@crossdock/source-contract";
import { defineSending } from "./sending.ts";

type RemoveData = ReturnType<(typeof removeOrder)["parse"]>;

/** Removes the sales order from the ERP. */
export function handleRemoveOrder(deps: {
  readonly erp: ErpSystem;
  readonly orderBook: OrderBook;
  readonly clock: Clock;
}): CommandHandler {
  const { erp, orderBook, clock } = deps;
  return defineSending<RemoveData, OrderDraft, RemovedOrder>(removeOrder, {
    writer: erp.orders,
    draftOf: async ({ data: { orderId } }) => {
      const [record] = await orderBook.readOrders([orderId]);
      const message = `Order ${orderId} is none of ours.`;
      return record?.state?.draft ?? reject({ code: "NOT_FOUND", message });
    },
    find: (draft, signal) => erp.orders.findRemovedOrder(draft, signal),
    create: (draft, _command, signal) => erp.orders.removeOrder(draft, signal),
    done: (_removed, { data: { orderId } }) => {
      const event = { kind: "orderRemoved", at: clock.now(), source: erp.name } as const;
      return { typename: "Order", id: orderId, orders: [{ orderId, event }] };
    },
  });
}
