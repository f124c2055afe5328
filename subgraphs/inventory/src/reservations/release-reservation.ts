import { releaseReservation, type SettledWork } from "@crossdock/commands";
import { parseReservationId, refusal, type UserError } from "@crossdock/domain";
import {
  lockReservations,
  markReleased,
  tellHeldStock,
  type CommandEffects,
} from "@crossdock/processes";
import type { Clock } from "@crossdock/runtime";
import {
  idOrNull,
  RefusedCommand,
  requireViewer,
  takeCommand,
  type CommandPlan,
} from "@crossdock/subgraph-kit";
import type { ReleaseReservationInput } from "../../generated/resolvers.ts";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";
import type { ReservationAnswer } from "../models.ts";
import { reservationAnswer } from "./reservation-answer.ts";

type ReleaseData = ReturnType<(typeof releaseReservation)["parse"]>;

/** Gives back what a reservation holds, once per (client, key). */
export async function release(
  input: ReleaseReservationInput,
  context: Context,
): Promise<ReservationAnswer> {
  const reservationId = input.reservationId.trim();
  const answer = await takeCommand(
    {
      definition: releaseReservation,
      input,
      intent: { reservationId },
      plan: () => planRelease(reservationId, context),
      work: freeStock(context.deps.clock),
    },
    context,
  );
  return reservationAnswer(answer, context);
}

async function planRelease(raw: string, context: Context): Promise<CommandPlan<ReleaseData>> {
  const id = idOrNull(parseReservationId, raw);
  const known = id === null ? null : await context.loaders.reservation.load(id);
  const reservation = visibleTo(requireViewer(context), known);
  if (reservation === null) {
    const message = "There is no such reservation.";
    const error = refusal("UNKNOWN_RESERVATION", message, ["reservationId"]);
    return { kind: "refused", userErrors: [error] };
  }
  const { id: reservationId, sku, customerNumber } = reservation;
  return { kind: "planned", customerNumber, data: { reservationId, sku } };
}

/** Whether it is still held is decided here: it may have been released or expired since it was looked at. */
function freeStock(clock: Clock): SettledWork {
  return async (trx, command) => {
    const { reservationId } = releaseReservation.parse(command.data);
    const at = clock.now();
    const [reservation] = await lockReservations(trx, [reservationId], at);
    if (reservation?.status !== "HELD") {
      throw new RefusedCommand([notHeld(reservation?.status ?? "gone")]);
    }
    await markReleased(trx, reservationId, at);
    const { sku, warehouse, quantity: delta } = reservation;
    const events = await tellHeldStock(trx, [{ sku, warehouse, change: "RELEASED", delta, at }]);
    const effects: CommandEffects = { orders: [], events };
    return { typename: "Reservation", id: reservationId, effects };
  };
}

function notHeld(status: string): UserError {
  const message = `The reservation is ${status.toLowerCase()} and holds nothing any more.`;
  return refusal("INVALID_STATUS", message, ["reservationId"]);
}
