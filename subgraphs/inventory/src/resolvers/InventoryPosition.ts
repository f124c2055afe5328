import {
  availableToPromise,
  parseSku,
  parseWarehouseCode,
  standingIn,
  zeroQuantity,
} from "@crossdock/domain";
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
  expectedOn: async ({ sku, warehouse }, _args, { loaders }) => {
    const inbound = (await loaders.inboundBySku.load(sku)) ?? [];
    return inbound.find((receipt) => receipt.warehouse === warehouse)?.expectedOn ?? null;
  },
  inTransit: ({ inTransit, onHand }) => inTransit ?? zeroQuantity(onHand.uom),
  ownership: ({ warehouse }, _args, { deps }) => standingIn(deps.stockPolicy, warehouse).ownership,
  countsTowardsAtp: ({ countsTowardsAtp = true }) => countsTowardsAtp,
  availableToPromise: (position) => availableToPromise(position),
  // Read only when somebody asks for them: they are a call of their own to the warehouse.
  lots: async ({ sku, warehouse }, _args, { loaders }) => {
    const found = (await loaders.lotsBySku.load(sku)) ?? [];
    return found.find((inWarehouse) => inWarehouse.warehouse === warehouse)?.lots ?? [];
  },
};
