import { parseCustomerNumber, parseOrderId } from "@crossdock/domain";
import { invoiceChanged } from "@crossdock/events";
import { followEvents, parseIds, requireViewer } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";

export const Subscription: SubscriptionResolvers = {
  invoiceChanged: {
    subscribe: (_root, { customerId, orderIds, after }, context) => {
      const orders = parseIds("orderIds", orderIds, parseOrderId);
      const customer = customerId == null ? null : parseCustomerNumber(customerId);
      return followEvents(context.deps.eventLog, {
        topics: { types: [invoiceChanged.type] },
        after,
        viewer: requireViewer(context),
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: (event, cursor) => {
          const { invoiceId, change, orderIds: billed } = invoiceChanged.parse(event.data);
          if (customer !== null && event.customerNumber !== customer) return null;
          if (orders !== null && !billed.some((order) => orders.includes(order))) return null;
          return { invoiceChanged: { cursor, type: change, occurredAt: event.time, invoiceId } };
        },
      });
    },
  },
};
