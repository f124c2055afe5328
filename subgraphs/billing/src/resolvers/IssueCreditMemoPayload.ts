import { creditMemoOf } from "@crossdock/processes";
import type { IssueCreditMemoPayloadResolvers } from "../../generated/resolvers.ts";

export const IssueCreditMemoPayload: IssueCreditMemoPayloadResolvers = {
  creditMemo: async ({ command, invoiceId }, _args, { loaders }) => {
    if (command === null || invoiceId === null) return null;
    const records = await loaders.creditMemosOf.clear(invoiceId).load(invoiceId);
    const record = records?.find(({ commandId }) => commandId === command.id);
    return record === undefined ? null : creditMemoOf(record);
  },
};
