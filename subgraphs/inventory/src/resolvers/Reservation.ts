import { parseReservationId } from "@crossdock/domain";
import { idOrNull } from "@crossdock/subgraph-kit";
import type { ReservationResolvers } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import { warehouseOf } from "../warehouse-of.ts";

export const Reservation: ReservationResolvers = {
  __resolveReference: async ({ id }, { loaders, viewer }) => {
    const parsed = idOrNull(parseReservationId, id);
    return parsed === null ? null : visibleTo(viewer, await loaders.reservation.load(parsed));
  },
  warehouse: ({ warehouse }, _args, context) => warehouseOf(warehouse, context),
};
