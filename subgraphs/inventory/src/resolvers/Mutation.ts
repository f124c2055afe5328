import type { MutationResolvers } from "../../generated/resolvers.ts";
import { release } from "../reservations/release-reservation.ts";
import { reserve } from "../reservations/reserve-inventory.ts";

export const Mutation: MutationResolvers = {
  reserveInventory: (_root, { input }, context) => reserve(input, context),
  releaseReservation: (_root, { input }, context) => release(input, context),
};
