import { NotFoundError } from "@crossdock/subgraph-kit";
import type { InventoryEventResolvers } from "../../generated/resolvers.ts";

export const InventoryEvent: InventoryEventResolvers = {
  position: async ({ sku, warehouse }, _args, { loaders }) => {
    const positions = (await loaders.positionsBySku.load(sku)) ?? [];
    const position = positions.find((candidate) => candidate.warehouse === warehouse);
    if (position === undefined)
      throw new NotFoundError(`${warehouse} does not keep ${sku} any more.`);
    return position;
  },
};
