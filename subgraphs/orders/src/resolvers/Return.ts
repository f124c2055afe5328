import { parseReturnId, type Return as ReturnRecord } from "@crossdock/domain";
import { idOrNull, requireViewer } from "@crossdock/subgraph-kit";
import type { ReturnResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";

export const Return: ReturnResolvers = {
  __resolveReference: (reference, context) => findReturn(reference.id, context),
  order: async ({ orderId }, _args, { loaders }) => {
    const order = await loaders.order.load(orderId);
    if (order === null) throw new Error(`A return names order ${orderId}, which is not there.`);
    return order;
  },
  lines: ({ lines, orderId }) => lines.map((line) => ({ ...line, orderId })),
};

/** @returns `null` for an unknown return and for somebody else's, with no difference */
export async function findReturn(rawId: string, context: Context): Promise<ReturnRecord | null> {
  const id = idOrNull(parseReturnId, rawId);
  if (id === null) return null;
  return visibleTo(requireViewer(context), await context.loaders.return.load(id));
}
