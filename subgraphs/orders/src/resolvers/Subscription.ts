import { orderSubject, parseCustomerNumber, parseOrderId, type OrderId } from "@crossdock/domain";
import { orderChanged } from "@crossdock/events";
import type { OrderRecord, OrderScope } from "@crossdock/processes";
import {
  accountsOf,
  followEvents,
  pageOf,
  parseIds,
  requireViewer,
  type Snapshot,
} from "@crossdock/subgraph-kit";
import type { OrderEvent, SubscriptionResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";

export const Subscription: SubscriptionResolvers = {
  orderChanged: {
    subscribe: (_root, { orderIds, customerId, after, fromSnapshot }, context) => {
      const viewer = requireViewer(context);
      const { deps, signal, correlationId } = context;
      const ids = parseIds("orderIds", orderIds, parseOrderId);
      const customerNumber = customerId == null ? null : parseCustomerNumber(customerId);
      return followEvents(deps.eventLog, {
        topics: {
          types: [orderChanged.type],
          ...(ids !== null && { subjects: ids.map(orderSubject) }),
        },
        customerNumber,
        after,
        fromSnapshot,
        snapshot: ordersNow(
          {
            customerNumbers: accountsOf(viewer, customerNumber),
            ...(ids !== null && { ids }),
          },
          context,
        ),
        viewer,
        signal,
        logger: deps.logger,
        correlationId,
        renewLoaders: context.renewLoaders,
        map: async (event, cursor) => {
          if (!orderChanged.is(event)) return null;
          const order = visibleTo(viewer, await context.loaders.order.load(event.data.orderId));
          if (order === null) return null;
          return told({ cursor, type: event.data.change, occurredAt: event.time, order });
        },
      });
    },
  },
};

type Told = { readonly orderChanged: Omit<OrderEvent, "order"> & { readonly order: OrderRecord } };

function told(event: Told["orderChanged"]): Told {
  return { orderChanged: event };
}

function ordersNow(scope: OrderScope, context: Context): Snapshot<Told> {
  const { orderBook, clock } = context.deps;
  return {
    book: "orders",
    count: (atMost) => orderBook.countScope(scope, atMost),
    readPage: async (after, first) => {
      const orders = await orderBook.walkOrders(scope, { after: after as OrderId | null, first });
      const occurredAt = clock.now();
      return pageOf(orders, first, (order) => ({
        key: order.id,
        payload: (cursor) => told({ cursor, type: "SNAPSHOT", occurredAt, order }),
      }));
    },
  };
}
