import { parseOrderId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { OrderResolvers } from "../../generated/resolvers.ts";
import { billingReadinessOf } from "../billing-readiness.ts";

export const Order: OrderResolvers = {
  __resolveReference: ({ id }, { loaders }) => {
    const parsed = idOrNull(parseOrderId, id);
    return parsed === null ? null : loaders.orderById.load(parsed);
  },
  invoices: async (order, _args, { loaders }) => (await loaders.invoicesOfOrder.load(order)) ?? [],
  billing: (order) => billingReadinessOf(order),
};
