import { addMoney } from "@crossdock/domain";
import type { OrderPreviewResolvers } from "../../generated/resolvers.ts";

export const OrderPreview: OrderPreviewResolvers = {
  tax: async ({ charges }) => (await charges()).tax,
  freight: async ({ charges }) => (await charges()).freight,
  total: async ({ subtotal, charges }) => {
    const { tax, freight } = await charges();
    return addMoney(subtotal, ...[tax, freight].filter((amount) => amount !== null));
  },
};
