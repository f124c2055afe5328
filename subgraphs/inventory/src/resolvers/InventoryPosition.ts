import { availableToPromise, parseSku, parseWarehouseCode } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { InventoryPositionResolvers } from "../../generated/resolvers.ts";
import { warehouseOf } from "../warehouse-of.ts";

export const InventoryPosition: InventoryPositionResolvers = {
  __resolveReference: async ({ id }, { loaders }) => {
    const [sku = "", code = ""] = id.split("@");
    const [parsed, warehouse] = [idOrNull(parseSku, sku), idOrNull(parseWarehouseCode, code)];
    if (parsed === null || warehouse === null) return null;
    const positions = (await loaders.positionsBySku.load(parsed)) ?? [];
    return positions.find((position) => position.warehouse === warehouse) ?? null;
  },
  id: ({ sku, warehouse }) => `${sku}@${warehouse}`,
  product: ({ sku }) => ({ sku }),
  warehouse: ({ warehouse }, _args, context) => warehouseOf(warehouse, context),
  availableToPromise: (position) => availableToPromise(position),
};
