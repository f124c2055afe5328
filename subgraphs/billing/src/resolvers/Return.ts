import { parseReturnId, type CreditMemo, type Return as ReturnRecord } from "@crossdock/domain";
import { creditMemoOf } from "@crossdock/processes";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { ReturnResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";

export const Return: ReturnResolvers = {
  __resolveReference: async ({ id }, { loaders, viewer }) => {
    const parsed = idOrNull(parseReturnId, id);
    return parsed === null ? null : visibleTo(viewer, await loaders.return.load(parsed));
  },
  creditMemo: async (record, _args, context) => (await memosOf(record, context))[0] ?? null,
  creditMemos: (record, _args, context) => memosOf(record, context),
};

/** One for each parcel that was credited, in their order. */
async function memosOf({ parcels }: ReturnRecord, { loaders }: Context): Promise<CreditMemo[]> {
  const found = await Promise.all(
    parcels.map(async ({ credit }) => {
      const memo = credit?.memo ?? null;
      if (memo === null) return null;
      const ours = (await loaders.creditMemosOf.load(memo.invoiceId)) ?? [];
      const record = ours.find(({ number }) => number === memo.number);
      return record === undefined ? null : creditMemoOf(record);
    }),
  );
  return found.filter((memo) => memo !== null);
}
