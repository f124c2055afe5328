import {
  addQuantities,
  availableToPromise,
  parseSku,
  parseWarehouseCode,
  standingIn,
  zeroQuantity,
} from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { InventoryPositionResolvers } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { InboundView, PositionView } from "../models.ts";
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
  // The warehouse's level is read again seldom while only announcements change it: the receipts are ahead of it.
  inbound: async (position, _args, context) => {
    if (position.isOfEvent === true) return position.inbound;
    const { receipts, isWhole } = await inboundTo(position, context);
    const coming = receipts.map((receipt) => receipt.quantity);
    return isWhole ? addQuantities(zeroQuantity(position.onHand.uom), ...coming) : position.inbound;
  },
  expectedOn: async (position, _args, context) =>
    (await inboundTo(position, context)).receipts[0]?.expectedOn ?? null,
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

/** What of the product is still to come to the warehouse. */
async function inboundTo(
  { sku, warehouse }: PositionView,
  { loaders }: Context,
): Promise<InboundView> {
  const found = await loaders.inboundBySku.load(sku);
  const receipts = (found?.receipts ?? []).filter((receipt) => receipt.warehouse === warehouse);
  return { receipts, isWhole: found?.isWhole ?? false };
}
