import type { MutationResolvers } from "../../generated/resolvers.ts";
import { takeDispute } from "../commands/take-dispute.ts";
import { takePayment } from "../commands/take-payment.ts";

export const Mutation: MutationResolvers = {
  disputeInvoice: (_root, { input }, context) => takeDispute(input, context),
  recordPayment: (_root, { input }, context) => takePayment(input, context),
};
