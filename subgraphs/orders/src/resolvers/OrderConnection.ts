import type { OrderConnectionResolvers } from "../../generated/resolvers.ts";

/** Counting is a query of its own: it is made only when somebody wants to know. */
export const OrderConnection: OrderConnectionResolvers = {
  totalCount: (connection) => connection.totalCount(),
};
