import { parseOrderLineId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { OrderLineResolvers } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { OrderLineView } from "../models.ts";
import { blockersOfLine, type Blocker } from "../order/blockers.ts";
import { readErpPart } from "../order/erp-part.ts";
import { linesOf } from "../order/order-lines.ts";
import { returnedOf } from "../order/returned-lines.ts";
import { findOrder, readBlockers } from "./Order.ts";

export const OrderLine: OrderLineResolvers = {
  __resolveReference: (reference, context) => findOrderLine(reference.id, context),
  product: (line) => ({ sku: line.sku }),
  substituteFor: async ({ id, lineNumber }, _args, { loaders }) => {
    const order = await loaders.order.load(parseOrderLineId(id).orderId);
    const line = order?.state?.draft.lines.find((other) => other.lineNumber === lineNumber);
    return line?.substituteFor === undefined ? null : { sku: line.substituteFor };
  },
  blockers: (line, _args, context) => blockersOf(line, context),
  returned: async ({ id, lineNumber, ordered }, _args, { loaders }) => {
    const { orderId } = parseOrderLineId(id);
    const [order, returns] = await Promise.all([
      loaders.order.load(orderId),
      loaders.returnsOfOrder.load(orderId),
    ]);
    return returnedOf({ state: order?.state ?? null }, returns ?? [], lineNumber, ordered.uom);
  },
};

/** An order whose record nobody may see has no lines that somebody could ask of. */
async function blockersOf(line: OrderLineView, context: Context): Promise<readonly Blocker[]> {
  const { orderId } = parseOrderLineId(line.id);
  const record = await findOrder(orderId, context);
  return record === null ? [] : blockersOfLine(await readBlockers(record, context), line);
}

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
