import { orderIdOfNumber, orderLineId } from "@crossdock/domain";
import type { InvoiceLineResolvers } from "../../generated/resolvers.ts";

export const InvoiceLine: InvoiceLineResolvers = {
  product: ({ sku }) => (sku === null ? null : { id: sku }),
  orderLine: async ({ orderLine }, _args, { loaders }) => {
    if (orderLine === null) return null;
    const { orderNumber, lineNumber } = orderLine;
    const order = await loaders.orderByNumber.load(orderNumber);
    // An order that the book does not know yet was born in the ERP.
    return { id: orderLineId(order?.id ?? orderIdOfNumber(orderNumber), lineNumber) };
  },
};
