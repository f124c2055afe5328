import { reserveInventory, type SettledWork } from "@crossdock/commands";
import {
  offerFor,
  offersLeft,
  parseReservationId,
  refusal,
  subtractQuantities,
  zeroQuantity,
  type Reservation,
  type StockOffer,
  type UserError,
} from "@crossdock/domain";
import {
  lockHeld,
  saveReservation,
  tellHeldStock,
  type CommandEffects,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import { RefusedCommand, requireViewer, takeCommand } from "@crossdock/subgraph-kit";
import type { ReserveInventoryInput } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { ReservationAnswer } from "../models.ts";
import { parseReserve } from "./parse-reserve.ts";
import { planReserve, type ReserveData } from "./plan-reserve.ts";
import { reservationAnswer } from "./reservation-answer.ts";

/** Sets stock aside, once per (client, key). */
export async function reserve(
  input: ReserveInventoryInput,
  context: Context,
): Promise<ReservationAnswer> {
  const request = parseReserve(input, requireViewer(context));
  const answer = await takeCommand(
    {
      definition: reserveInventory,
      input,
      intent: request.intent,
      plan: () => planReserve(request, context),
      work: holdStock(context.deps.clock),
    },
    context,
  );
  return reservationAnswer(answer, context);
}

/** Whoever reserves the same product at the same moment waits for this transaction: nothing is held twice. */
function holdStock(clock: Clock): SettledWork {
  return async (trx, command) => {
    const { sku, quantity, expiresAt, askedAt, offers } = reserveInventory.parse(command.data);
    const at = clock.now();
    const left = offersLeft(offers, await lockHeld(trx, sku, { at, askedAt }));
    const offer = offerFor(quantity, left);
    if (offer === null) throw new RefusedCommand([tooLittle({ sku, quantity }, left)]);
    const { warehouse } = offer;
    const reservation: Reservation = {
      id: parseReservationId(command.id),
      sku,
      warehouse,
      quantity,
      customerNumber: command.customerNumber,
      status: "HELD",
      expiresAt,
    };
    await saveReservation(trx, reservation, { clientId: command.clientId, at });
    const delta = subtractQuantities(zeroQuantity(quantity.uom), quantity);
    const events = await tellHeldStock(trx, [{ sku, warehouse, change: "RESERVED", delta, at }]);
    const effects: CommandEffects = { orders: [], events };
    return { typename: "Reservation", id: reservation.id, effects };
  };
}

function tooLittle(
  { sku, quantity }: Pick<ReserveData, "sku" | "quantity">,
  left: readonly StockOffer[],
): UserError {
  const offered = left
    .map((offer) => `${offer.warehouse} ${offer.availableToPromise.value}`)
    .join(", ");
  const message = `No warehouse that was asked has ${quantity.value} ${quantity.uom} of ${sku} available: ${offered === "" ? "there is none" : offered}.`;
  return refusal("INSUFFICIENT_STOCK", message, ["quantity"]);
}
