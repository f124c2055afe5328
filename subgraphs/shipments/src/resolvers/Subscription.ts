import {
  parseCustomerNumber,
  parseOrderId,
  parseShipmentId,
  shipmentSubject,
  type OrderId,
} from "@crossdock/domain";
import { shipmentProgressed } from "@crossdock/events";
import { accountsOf, followEvents, parseIds, requireViewer } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";
import { shipmentsNow } from "../shipments-now.ts";

export const Subscription: SubscriptionResolvers = {
  shipmentProgressed: {
    subscribe: (_root, args, context) => {
      const viewer = requireViewer(context);
      const shipments = parseIds("shipmentIds", args.shipmentIds, parseShipmentId);
      const orders = parseIds("orderIds", args.orderIds, parseOrderId);
      const customerNumber = args.customerId == null ? null : parseCustomerNumber(args.customerId);
      const carriesOne = (carried: readonly OrderId[]) =>
        orders === null || carried.some((order) => orders.includes(order));
      return followEvents(context.deps.eventLog, {
        topics: {
          types: [shipmentProgressed.type],
          ...(shipments !== null && { subjects: shipments.map(shipmentSubject) }),
        },
        customerNumber,
        after: args.after,
        fromSnapshot: args.fromSnapshot,
        snapshot: shipmentsNow(
          { accounts: accountsOf(viewer, customerNumber), shipments, orders },
          context,
        ),
        viewer,
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: async (event, cursor) => {
          const { shipmentId, status, orderIds } = shipmentProgressed.parse(event.data);
          if (!carriesOne(orderIds)) return null;
          // The book was written before the event. What has become another account's since is not told.
          const shipment = await context.loaders.shipmentInBook.load(shipmentId);
          if (shipment === null) return null;
          return {
            shipmentProgressed: {
              cursor,
              type: status,
              occurredAt: event.time,
              isSnapshot: false,
              shipment,
            },
          };
        },
      });
    },
  },
};
