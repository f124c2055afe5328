import {
  parseCustomerNumber,
  parseOrderId,
  parseShipmentId,
  shipmentSubject,
} from "@crossdock/domain";
import { shipmentProgressed } from "@crossdock/events";
import { followEvents, parseIds, requireViewer } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";

export const Subscription: SubscriptionResolvers = {
  shipmentProgressed: {
    subscribe: (_root, { shipmentIds, orderIds, customerId, after }, context) => {
      const shipments = parseIds("shipmentIds", shipmentIds, parseShipmentId);
      const orders = parseIds("orderIds", orderIds, parseOrderId);
      const customer = customerId == null ? null : parseCustomerNumber(customerId);
      return followEvents(context.deps.eventLog, {
        topics: {
          types: [shipmentProgressed.type],
          ...(shipments !== null && { subjects: shipments.map(shipmentSubject) }),
        },
        after,
        viewer: requireViewer(context),
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: (event, cursor) => {
          const { shipmentId, status, orderIds: carried } = shipmentProgressed.parse(event.data);
          if (customer !== null && event.customerNumber !== customer) return null;
          if (orders !== null && !carried.some((order) => orders.includes(order))) return null;
          const payload = { cursor, type: status, occurredAt: event.time, shipmentId };
          return { shipmentProgressed: payload };
        },
      });
    },
  },
};
