import { orderIdOfNumber, orderLineId, type Shortfall } from "@crossdock/domain";
import type { ShipmentLineResolvers } from "../../generated/resolvers.ts";
import type { Loaders } from "../loaders.ts";
import type { OrderLineRef } from "../models.ts";

export const ShipmentLine: ShipmentLineResolvers = {
  orderLine: (line, _args, { loaders }) => orderLineOf(line, loaders),
  product: ({ sku }) => ({ id: sku }),
};

/** The order line that goods were ordered on. */
export async function orderLineOf(
  { orderNumber, lineNumber }: Pick<Shortfall, "orderNumber" | "lineNumber">,
  { orderByNumber }: Pick<Loaders, "orderByNumber">,
): Promise<OrderLineRef> {
  const order = await orderByNumber.load(orderNumber);
  // An order that the book does not know yet was born in the ERP.
  const orderId = order?.id ?? orderIdOfNumber(orderNumber);
  return { id: orderLineId(orderId, lineNumber), orderNumber, lineNumber };
}
