import { availableToPromise, parseSku, parseWarehouseCode } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { InventoryPositionResolvers } from "../../generated/resolvers.ts";
import { positionOf } from "../position-of.ts";
import { warehouseOf } from "../warehouse-of.ts";

export const InventoryPosition: InventoryPositionResolvers = {
  __resolveReference: ({ id }, context) => {
    const [name = "", code = ""] = id.split("@");
    const [sku, warehouse] = [idOrNull(parseSku, name), idOrNull(parseWarehouseCode, code)];
    return sku === null || warehouse === null ? null : positionOf({ sku, warehouse }, context);
  },
  id: ({ sku, warehouse }) => `${sku}@${warehouse}`,
  product: ({ sku }) => ({ sku }),
  warehouse: ({ warehouse }, _args, context) => warehouseOf(warehouse, context),
  availableToPromise: (position) => availableToPromise(position),
  lots: async (position, _args, context) =>
    position.lots ?? (await positionOf(position, context))?.lots ?? [],
};
