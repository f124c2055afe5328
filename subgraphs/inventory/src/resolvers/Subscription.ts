import { parseSku, parseWarehouseCode, stockSubject } from "@crossdock/domain";
import { inventoryChanged } from "@crossdock/events";
import { followEvents, parseIds, requireViewer } from "@crossdock/subgraph-kit";
import type { SubscriptionResolvers } from "../../generated/resolvers.ts";
import { inventoryEventOf } from "../inventory-event-of.ts";
import { stockNow } from "../stock-now.ts";

export const Subscription: SubscriptionResolvers = {
  inventoryChanged: {
    subscribe: (_root, { skus, warehouse, after, fromSnapshot }, context) => {
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
        fromSnapshot,
        snapshot: stockNow(
          {
            ...(only !== null && { skus: only }),
            ...(site !== null && { warehouse: site }),
          },
          context,
        ),
        viewer: requireViewer(context),
        signal: context.signal,
        logger: context.deps.logger,
        correlationId: context.correlationId,
        renewLoaders: context.renewLoaders,
        map: (event, cursor) => {
          const data = inventoryChanged.parse(event.data);
          if (site !== null && data.warehouse !== site) return null;
          return {
            inventoryChanged: inventoryEventOf(data, {
              cursor,
              occurredAt: event.time,
              source,
              policy: context.deps.stockPolicy,
            }),
          };
        },
      });
    },
  },
};
