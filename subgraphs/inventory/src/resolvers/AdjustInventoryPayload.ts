import { stockSubject } from "@crossdock/domain";
import { countingCalls } from "@crossdock/runtime";
import type { AdjustInventoryPayloadResolvers } from "../../generated/resolvers.ts";
import { positionOf } from "../position-of.ts";

export const AdjustInventoryPayload: AdjustInventoryPayloadResolvers = {
  // Whoever has the answer to a command is never shown what was before it.
  position: ({ command, stock }, _args, context) => {
    if (stock === null) return null;
    if (command !== null && command.completedAt !== null) {
      context.deps.readCache.expire([stockSubject(stock.sku)]);
    }
    return positionOf(stock, context);
  },
  movement: async ({ command, stock }, _args, { deps, signal, reads }) => {
    if (stock === null || command?.status !== "SUCCEEDED") return null;
    return countingCalls(reads, () => deps.erp.stockMovements.findMovement(stock, signal));
  },
};
