import type { MutationResolvers } from "../../generated/resolvers.ts";
import { adjust } from "../movements/adjust-inventory.ts";
import { transfer } from "../movements/transfer-inventory.ts";
import { announce } from "../receipts/announce-receipt.ts";
import { cancel } from "../receipts/cancel-receipt.ts";
import { release } from "../reservations/release-reservation.ts";
import { reserve } from "../reservations/reserve-inventory.ts";

export const Mutation: MutationResolvers = {
  reserveInventory: (_root, { input }, context) => reserve(input, context),
  releaseReservation: (_root, { input }, context) => release(input, context),
  adjustInventory: (_root, { input }, context) => adjust(input, context),
  announceReceipt: (_root, { input }, context) => announce(input, context),
  cancelReceipt: (_root, { input }, context) => cancel(input, context),
  transferInventory: (_root, { input }, context) => transfer(input, context),
};
