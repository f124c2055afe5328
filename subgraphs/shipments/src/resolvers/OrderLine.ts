import { deliveredLines, orderLineId, parseOrderLineId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { OrderLineResolvers } from "../../generated/resolvers.ts";

export const OrderLine: OrderLineResolvers = {
  __resolveReference: async ({ id }, { loaders }) => {
    const parsed = idOrNull(parseOrderLineId, id);
    const order = parsed === null ? null : await loaders.orderById.load(parsed.orderId);
    if (parsed === null || order === null) return null;
    const { lineNumber } = parsed;
    return { id: orderLineId(order.id, lineNumber), orderNumber: order.number, lineNumber };
  },
  shipmentLines: async ({ orderNumber, lineNumber }, _args, { loaders }) => {
    if (orderNumber === null) return [];
    const shipments = (await loaders.shipmentsOfOrder.load(orderNumber)) ?? [];
    return shipments
      .filter(({ status }) => status !== "CANCELLED")
      .flatMap(deliveredLines)
      .filter((line) => line.orderNumber === orderNumber && line.lineNumber === lineNumber);
  },
};
