import { parseSku, parseWarehouseCode, stockSubject } from "@crossdock/domain";
import { inventoryChanged } from "@crossdock/events";
import { followEvents, parseIds, requireViewer } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";
import { inventoryEventOf } from "../inventory-event-of.ts";

export const Subscription: SubscriptionResolvers = {
  inventoryChanged: {
    subscribe: (_root, { skus, warehouse, after }, context) => {
      const only = parseIds("skus", skus, parseSku);
      const source = context.deps.wms.name;
      const site = warehouse == null ? null : parseWarehouseCode(warehouse);
      return followEvents(context.deps.eventLog, {
        topics: {
          types: [inventoryChanged.type],
          ...(only !== null && { subjects: only.map(stockSubject) }),
        },
        isPublic: true,
        after,
        viewer: requireViewer(context),
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: (event, cursor) => {
          const data = inventoryChanged.parse(event.data);
          if (site !== null && data.warehouse !== site) return null;
          return {
            inventoryChanged: inventoryEventOf(data, { cursor, occurredAt: event.time, source }),
          };
        },
      });
    },
  },
};
