import { parseOrderNumber } from "@crossdock/domain";
import type { OrderRecord } from "@crossdock/processes";
import { requireViewer, oneOf, idOrNull } from "@crossdock/subgraph-kit";
import type { QueryResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";
import { listOrders } from "../order/order-list.ts";
import { checkSubmission } from "../submission/check-submission.ts";
import { previewOf } from "../submission/preview.ts";
import { promiseBackorders } from "../submission/promise-backorders.ts";
import { findCustomer } from "./Customer.ts";
import { findOrder } from "./Order.ts";
import { findReturn } from "./Return.ts";

export const Query: QueryResolvers = {
  viewer: (_root, _args, context) => requireViewer(context),
  customer: (_root, { id, number }, context) => findCustomer(oneOf({ id, number }).value, context),
  order: async (_root, { id, number }, context) => {
    const name = oneOf({ id, number });
    const order = await (name.by === "id"
      ? findOrder(name.value, context)
      : findByNumber(name.value, context));
    if (order !== null && context.loaders.isInBook(order)) noteShown([order], context);
    return order;
  },
  orders: async (_root, args, context) => {
    const page = await listOrders(args, requireViewer(context), context);
    noteShown(
      page.edges.map(({ node }) => node),
      context,
    );
    return page;
  },
  previewOrder: async (_root, { input }, context) => {
    const checked = await checkSubmission(input, requireViewer(context), context);
    return previewOf(await promiseBackorders(checked, context), context);
  },
  return: (_root, { id }, context) => findReturn(id, context),
};

async function findByNumber(raw: string, context: Context): Promise<OrderRecord | null> {
  const orderNumber = idOrNull(parseOrderNumber, raw);
  if (orderNumber === null) return null;
  return visibleTo(requireViewer(context), await context.loaders.orderByNumber.load(orderNumber));
}

/** @param orders of the book */
function noteShown(orders: readonly OrderRecord[], { shownOrders }: Context): void {
  for (const order of orders) shownOrders?.set(order.id, order);
}
