import { orderLineId } from "@crossdock/domain";
import type { ReturnLineResolvers } from "../../generated/resolvers.ts";
import { findOrderLine } from "./OrderLine.ts";

export const ReturnLine: ReturnLineResolvers = {
  orderLine: async ({ orderId, lineNumber }, _args, context) => {
    const line = await findOrderLine(orderLineId(orderId, lineNumber), context);
    if (line === null) throw new Error(`Order ${orderId} lost line ${String(lineNumber)}.`);
    return line;
  },
};
