import { parseOrderNumber, type SourceOrder } from "@crossdock/domain";
import { orderChangedEvent, saveSourceOrders, type OrderProcess } from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import type { ErpSystem } from "@crossdock/source-contract";
import type { Feed } from "../feed.ts";

/** Sales orders as the ERP has them, ours and those that were entered there. */
export function erpOrderFeed(deps: {
  readonly erp: ErpSystem;
  readonly process: OrderProcess;
  readonly clock: Clock;
}): Feed<SourceOrder> {
  const { erp, process, clock } = deps;
  return {
    name: `${erp.name}-order`,
    source: erp.name,
    listChanged: (query, signal) => erp.orders.listChangedOrders(query, signal),
    // The ERP's notifications name records by ids that no bulk read takes, so a sweep follows them; who asks for
    // an order again names it by its number.
    async readAgain(orderNumbers, signal) {
      const found = await erp.orders.readOrders(
        orderNumbers.map((raw) => parseOrderNumber(raw)),
        signal,
      );
      return found.filter((order) => order !== null);
    },
    modifiedAtOf: (order) => order.modifiedAt,

    async record(trx, items, { history, correlationId }) {
      const news = await saveSourceOrders(trx, items, clock.now());
      if (history) return;
      const happenings = news.map(({ order, changes, prices, at, correlationId: setOffBy }) => ({
        effects:
          prices === null
            ? []
            : [
                {
                  orderId: order.id,
                  event: { kind: "orderPriced", prices, at, source: erp.name } as const,
                },
              ],
        also: changes.map((change) => orderChangedEvent(order, change, at)),
        trace: { correlationId: setOffBy ?? correlationId, causationId: null },
      }));
      await process.applyAll(trx, happenings);
    },
  };
}
