import type { OrderId } from "@crossdock/domain";
import type { OrderRecord, OrderScope } from "@crossdock/processes";
import { pageOf, type Snapshot } from "@crossdock/subgraph-kit";
import type { OrderEvent } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";

type Told = { readonly orderChanged: Omit<OrderEvent, "order"> & { readonly order: OrderRecord } };

/** Orders as the book has them, for a stream that begins with them. The ERP is not asked for what it once told. */
export function ordersNow(scope: OrderScope, context: Context): Snapshot<Told> {
  const { orderBook, clock } = context.deps;
  return {
    book: "orders",
    count: (atMost) => orderBook.countScope(scope, atMost),
    readPage: async (after, first) => {
      const orders = await orderBook.walkOrders(scope, { after: after as OrderId | null, first });
      const occurredAt = clock.now();
      return pageOf(orders, first, (order) => {
        rememberDocument(order, context);
        return {
          key: order.id,
          payload: (cursor) => ({
            orderChanged: { cursor, type: "SNAPSHOT", occurredAt, order },
          }),
        };
      });
    },
  };
}

/** Thousands of orders, one after the other, would each be a call to the ERP. */
function rememberDocument({ number, source }: OrderRecord, { loaders, deps }: Context): void {
  if (number === null || source === null) return;
  const { order: document, seenAt: asOf } = source;
  const provenance = { source: deps.erp.name, asOf, freshness: "CACHED" } as const;
  loaders.document.prime(number, { document, provenance });
}
