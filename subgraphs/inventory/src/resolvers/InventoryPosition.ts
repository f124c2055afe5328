import { availableToPromise, parseSku, parseWarehouseCode } from "@crossdock/domain";
import { idOrNull, NotFoundError } from "@crossdock/subgraph-kit";
import type { InventoryPositionResolvers } from "../../generated/resolvers.ts";

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
  warehouse: async ({ warehouse }, _args, { loaders }) => {
    const found = (await loaders.warehouses()).find(({ code }) => code === warehouse);
    if (found === undefined) throw new NotFoundError(`There is no warehouse ${warehouse}.`);
    return found;
  },
  availableToPromise: (position) => availableToPromise(position),
};
