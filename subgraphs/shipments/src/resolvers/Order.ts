import { parseOrderId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { OrderResolvers } from "../../generated/resolvers.ts";

export const Order: OrderResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const parsed = idOrNull(parseOrderId, id);
    return parsed === null ? null : loaders.orderById.load(parsed);
  },
  shipments: async ({ number }, _args, { loaders }) =>
    number === null ? [] : ((await loaders.shipmentsOfOrder.load(number)) ?? []),
};
