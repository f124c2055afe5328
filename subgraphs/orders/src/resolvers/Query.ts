import { parseOrderNumber } from "@crossdock/domain";
import { requireViewer, oneOf, idOrNull } from "@crossdock/subgraph-kit";
import type { QueryResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
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
    if (name.by === "id") return findOrder(name.value, context);
    const orderNumber = idOrNull(parseOrderNumber, name.value);
    if (orderNumber === null) return null;
    return visibleTo(requireViewer(context), await context.loaders.orderByNumber.load(orderNumber));
  },
  orders: (_root, args, context) => listOrders(args, requireViewer(context), context),
  previewOrder: async (_root, { input }, context) => {
    const checked = await checkSubmission(input, requireViewer(context), context);
    return previewOf(await promiseBackorders(checked, context), context);
  },
  return: (_root, { id }, context) => findReturn(id, context),
};
