import {
  InvalidValueError,
  orderSubject,
  parseCustomerNumber,
  type OrderId,
  type Subject,
} from "@crossdock/domain";
import { orderChanged } from "@crossdock/events";
import { followEvents, requireViewer, idOrNull } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";

const MAX_ORDERS = 100;

export const Subscription: SubscriptionResolvers = {
  orderChanged: {
    subscribe: (_root, { orderIds, customerId, after }, context) => {
      const viewer = requireViewer(context);
      const { deps, signal, correlationId } = context;
      const account = customerId == null ? null : idOrNull(parseCustomerNumber, customerId);
      return followEvents(deps.eventLog, {
        topics: { types: [orderChanged.type], ...subjectsOf(orderIds) },
        after,
        viewer,
        signal,
        logger: deps.logger,
        correlationId,
        renewLoaders: context.renewLoaders,
        map: async (event, cursor) => {
          if (!orderChanged.is(event)) return null;
          if (customerId != null && event.customerNumber !== account) return null;
          const order = await context.loaders.order.load(event.data.orderId);
          if (visibleTo(viewer, order) === null || order === null) return null;
          return {
            orderChanged: { cursor, type: event.data.change, occurredAt: event.time, order },
          };
        },
      });
    },
  },
};

/** An id that can be no order's stays in the list: it is followed, and nothing ever happens to it. */
function subjectsOf(ids: readonly string[] | null | undefined): { subjects?: readonly Subject[] } {
  if (ids == null) return {};
  if (ids.length > MAX_ORDERS) {
    throw new InvalidValueError("orderIds", ids.length, `at most ${String(MAX_ORDERS)} ids`);
  }
  return { subjects: ids.map((id) => orderSubject(id as OrderId)) };
}
