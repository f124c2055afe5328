import type { MutationResolvers } from "../../generated/resolvers.ts";
import { adjust } from "../movements/adjust-inventory.ts";
import { transfer } from "../movements/transfer-inventory.ts";
import { release } from "../reservations/release-reservation.ts";
import { reserve } from "../reservations/reserve-inventory.ts";

export const Mutation: MutationResolvers = {
  reserveInventory: (_root, { input }, context) => reserve(input, context),
  releaseReservation: (_root, { input }, context) => release(input, context),
  adjustInventory: (_root, { input }, context) => adjust(input, context),
  transferInventory: (_root, { input }, context) => transfer(input, context),
};
