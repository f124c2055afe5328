import type { AdjustInventoryPayloadResolvers } from "../../generated/resolvers.ts";
import { positionOf } from "../position-of.ts";

export const AdjustInventoryPayload: AdjustInventoryPayloadResolvers = {
  position: ({ stock }, _args, context) => (stock === null ? null : positionOf(stock, context)),
};
