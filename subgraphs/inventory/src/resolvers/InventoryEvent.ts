import { NotFoundError } from "@crossdock/subgraph-kit";
import type { InventoryEventResolvers } from "../../generated/resolvers.ts";
import { positionOf } from "../position-of.ts";

export const InventoryEvent: InventoryEventResolvers = {
  position: async (event, _args, context) => {
    const position = event.position ?? (await positionOf(event, context));
    if (position !== null) return position;
    throw new NotFoundError(`${event.warehouse} does not keep ${event.sku} any more.`);
  },
};
