import type { MutationResolvers } from "../../generated/resolvers.ts";
import { takePayment } from "../commands/take-payment.ts";

export const Mutation: MutationResolvers = {
  recordPayment: (_root, { input }, context) => takePayment(input, context),
};
