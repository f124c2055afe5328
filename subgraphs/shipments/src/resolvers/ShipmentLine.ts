import { orderIdOfNumber, orderLineId } from "@crossdock/domain";
import type { ShipmentLineResolvers } from "../../generated/resolvers.ts";

export const ShipmentLine: ShipmentLineResolvers = {
  orderLine: async ({ orderNumber, lineNumber }, _args, { loaders }) => {
    const order = await loaders.orderByNumber.load(orderNumber);
    // An order that the book does not know yet was born in the ERP.
    const orderId = order?.id ?? orderIdOfNumber(orderNumber);
    return { id: orderLineId(orderId, lineNumber), orderNumber, lineNumber };
  },
  product: ({ sku }) => ({ id: sku }),
};
