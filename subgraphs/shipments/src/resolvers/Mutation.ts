import type { MutationResolvers } from "../../generated/resolvers.ts";
import { cancel } from "../commands/cancel-shipment.ts";
import { recordMilestone } from "../commands/record-milestone.ts";

export const Mutation: MutationResolvers = {
  recordShipmentMilestone: (_root, { input }, context) => recordMilestone(input, context),
  cancelShipment: (_root, { input }, context) => cancel(input, context),
};
