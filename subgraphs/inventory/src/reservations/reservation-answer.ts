import { parseReservationId } from "@crossdock/domain";
import { commandView, requireViewer, type CommandAnswer } from "@crossdock/subgraph-kit";
import { visibleTo } from "../access.ts";
import type { Context } from "../context.ts";
import type { ReservationAnswer } from "../models.ts";

/** @param answer of a command whose result is a reservation; it is read as it is now */
export async function reservationAnswer(
  { command, replayed, userErrors }: CommandAnswer,
  context: Context,
): Promise<ReservationAnswer> {
  if (command === null) return { command: null, reservation: null, replayed, userErrors };
  const { loaders } = context;
  const id = command.result === null ? null : parseReservationId(command.result.id);
  // What was read to judge the request is older than what it did.
  const reservation = id === null ? null : await loaders.reservation.clear(id).load(id);
  return {
    command: commandView(command),
    reservation: visibleTo(requireViewer(context), reservation),
    replayed,
    userErrors,
  };
}
