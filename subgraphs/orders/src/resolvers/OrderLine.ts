import { parseOrderLineId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { OrderLineResolvers } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { OrderLineView } from "../models.ts";
import { readErpPart } from "../order/erp-part.ts";
import { linesOf } from "../order/order-lines.ts";
import { findOrder } from "./Order.ts";

export const OrderLine: OrderLineResolvers = {
  __resolveReference: (reference, context) => findOrderLine(reference.id, context),
  product: (line) => ({ sku: line.sku }),
};

/** @returns `null` for an unknown line and for one of somebody else's order, with no difference */
export async function findOrderLine(
  rawId: string,
  context: Context,
): Promise<OrderLineView | null> {
  const id = idOrNull(parseOrderLineId, rawId);
  const record = id === null ? null : await findOrder(id.orderId, context);
  if (id === null || record === null) return null;
  const lines = linesOf(record, await readErpPart(record, context));
  return lines.find((line) => line.lineNumber === id.lineNumber) ?? null;
}
