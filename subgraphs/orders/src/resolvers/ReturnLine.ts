import { goodsReturned, orderLineId, piecesReturned } from "@crossdock/domain";
import type { ReturnLineResolvers } from "../../generated/resolvers.ts";
import { piecesAsOrdered } from "../order/returned-lines.ts";
import { findOrderLine } from "./OrderLine.ts";

export const ReturnLine: ReturnLineResolvers = {
  orderLine: async ({ of: { orderId }, lineNumber }, _args, context) => {
    const line = await findOrderLine(orderLineId(orderId, lineNumber), context);
    if (line === null) throw new Error(`Order ${orderId} lost line ${String(lineNumber)}.`);
    return line;
  },
  received: async ({ of, lineNumber, quantity }, _args, { loaders }) =>
    piecesAsOrdered(
      await loaders.order.load(of.orderId),
      lineNumber,
      piecesReturned(of, lineNumber).received,
      quantity.uom,
    ),
  accepted: async ({ of, lineNumber, quantity }, _args, { loaders }) =>
    piecesAsOrdered(
      await loaders.order.load(of.orderId),
      lineNumber,
      piecesReturned(of, lineNumber).accepted,
      quantity.uom,
    ),
  goods: ({ of, lineNumber }) => goodsReturned(of, lineNumber),
};
