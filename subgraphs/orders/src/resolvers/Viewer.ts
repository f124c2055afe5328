import { countingCalls } from "@crossdock/runtime";
import type { ViewerResolvers } from "../../generated/resolvers.ts";

const MAX_CUSTOMERS = 100;

export const Viewer: ViewerResolvers = {
  customers: async ({ customers }, _args, { loaders, deps, signal, reads }) => {
    if (customers === "all") {
      const { items } = await countingCalls(reads, () =>
        deps.erp.customers.listCustomers(null, signal),
      );
      return items.slice(0, MAX_CUSTOMERS).map(({ number }) => ({ number }));
    }
    const accounts = await Promise.all(customers.map((number) => loaders.customer.load(number)));
    return accounts.flatMap((account) => (account === null ? [] : [{ number: account.number }]));
  },
  seesAllCustomers: ({ customers }) => customers === "all",
};
