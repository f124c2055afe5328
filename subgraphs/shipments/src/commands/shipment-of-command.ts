import { parseShipmentId, refusal, type UserError } from "@crossdock/domain";
import { commandView, idOrNull, type CommandAnswer } from "@crossdock/subgraph-kit";
import type { Context } from "../context.ts";
import type { ShipmentCommandView, ShipmentView } from "../models.ts";

/** Of another account's shipment nothing is told: it reads like one that does not exist. */
export const UNKNOWN_SHIPMENT: UserError = refusal(
  "UNKNOWN_SHIPMENT",
  "There is no such shipment that you may see.",
  ["shipmentId"],
);

/**
 * The shipment that a client names, as the book has it; from the warehouse where the book has not heard of
 * it yet. `null` when there is none that the viewer may see.
 * @throws {SourceUnavailableError} the warehouse does not answer, and we were never told of it
 */
export async function findShipment(
  raw: string,
  { loaders }: Context,
): Promise<ShipmentView | null> {
  const id = idOrNull(parseShipmentId, raw);
  if (id === null) return null;
  return (await loaders.shipmentInBook.load(id)) ?? loaders.shipmentById.load(id);
}

export function shipmentCommandView(
  { command, replayed, userErrors }: CommandAnswer,
  input: { readonly shipmentId: string },
): ShipmentCommandView {
  return {
    command: command === null ? null : commandView(command),
    shipmentId: command === null ? null : idOrNull(parseShipmentId, input.shipmentId),
    replayed,
    userErrors,
  };
}

export const MAX_REMARK_CHARACTERS = 500;
