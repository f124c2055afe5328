import type { WarehouseResolvers } from "../../generated/resolvers.ts";

export const Warehouse: WarehouseResolvers = {
  __resolveReference: async (reference, { loaders }) => {
    const { id, code } = reference as { readonly id?: string; readonly code?: string };
    const asked = id ?? code;
    return (await loaders.warehouses()).find((warehouse) => warehouse.code === asked) ?? null;
  },
  id: ({ code }) => code,
};
