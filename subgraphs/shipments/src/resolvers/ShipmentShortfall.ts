import type { ShipmentShortfallResolvers } from "../../generated/resolvers.ts";
import { orderLineOf } from "./ShipmentLine.ts";

export const ShipmentShortfall: ShipmentShortfallResolvers = {
  orderLine: (shortfall, _args, { loaders }) => orderLineOf(shortfall, loaders),
  product: ({ sku }) => ({ id: sku }),
};
