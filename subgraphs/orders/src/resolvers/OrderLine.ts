import { parseOrderLineId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { OrderLineResolvers } from "../../generated/resolvers.ts";
import { readErpPart } from "../order/erp-part.ts";
import { linesOf } from "../order/order-lines.ts";
import { findOrder } from "./Order.ts";

export const OrderLine: OrderLineResolvers = {
  __resolveReference: async (reference, context) => {
    const id = idOrNull(parseOrderLineId, reference.id);
    const record = id === null ? null : await findOrder(id.orderId, context);
    if (id === null || record === null) return null;
    const lines = linesOf(record, await readErpPart(record, context));
    return lines.find((line) => line.lineNumber === id.lineNumber) ?? null;
  },
  product: (line) => ({ sku: line.sku }),
};
