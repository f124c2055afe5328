import { encodeCursor } from "@crossdock/events";
import type { SubmitOrderPayloadResolvers } from "../../generated/resolvers.ts";

export const SubmitOrderPayload: SubmitOrderPayloadResolvers = {
  notices: ({ order }) => order?.state?.draft.acceptance?.notices ?? [],
  cursor: async ({ order }, _args, { loaders }) => {
    const position = order === null ? null : await loaders.openingPosition.load(order.id);
    return position === null ? null : encodeCursor(position);
  },
};
