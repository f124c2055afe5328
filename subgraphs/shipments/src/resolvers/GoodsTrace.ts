import type { GoodsTraceResolvers } from "../../generated/resolvers.ts";
import { listCarriers } from "../list-shipments.ts";

export const GoodsTrace: GoodsTraceResolvers = {
  product: ({ goods }) => ({ id: goods.sku }),
  lot: ({ goods }) => ("lot" in goods ? goods.lot : null),
  serial: ({ goods }) => ("serial" in goods ? goods.serial : null),
  shippedQuantity: ({ way }) => way.shipped,
  customerNumbers: ({ way }) => way.customerNumbers,
  shipments: ({ goods }, page, context) => listCarriers(goods, page, context),
};
