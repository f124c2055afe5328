import type { MutationResolvers } from "../../generated/resolvers.ts";
import { takeCreditMemo } from "../commands/take-credit-memo.ts";
import { takeDispute } from "../commands/take-dispute.ts";
import { takePayment } from "../commands/take-payment.ts";

export const Mutation: MutationResolvers = {
  issueCreditMemo: (_root, { input }, context) => takeCreditMemo(input, context),
  disputeInvoice: (_root, { input }, context) => takeDispute(input, context),
  recordPayment: (_root, { input }, context) => takePayment(input, context),
};
