import { discrepanciesOf, parseReceiptId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { ReceiptLineResolvers, ReceiptResolvers } from "../../generated/resolvers.ts";
import { warehouseOf } from "../warehouse-of.ts";

export const Receipt: ReceiptResolvers = {
  __resolveReference: async ({ id }, { loaders }) => {
    const parsed = idOrNull(parseReceiptId, id);
    return parsed === null ? null : loaders.receipt.load(parsed);
  },
  warehouse: ({ warehouse }, _args, context) => warehouseOf(warehouse, context),
  discrepancies: (receipt) => discrepanciesOf(receipt),
};

export const ReceiptLine: ReceiptLineResolvers = {
  product: ({ sku }) => ({ sku }),
};
