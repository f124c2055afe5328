import { orderSubject, parseCustomerNumber, parseOrderId } from "@crossdock/domain";
import { orderChanged } from "@crossdock/events";
import { accountsOf, followEvents, parseIds, requireViewer } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import { ordersNow } from "../order/orders-now.ts";

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
          // In no list: who follows all orders is not told of it, who names it is.
          if (ids === null && order.state?.draft.isSynthetic === true) return null;
          return {
            orderChanged: { cursor, type: event.data.change, occurredAt: event.time, order },
          };
        },
      });
    },
  },
};
