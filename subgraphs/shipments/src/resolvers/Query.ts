import { parseShipmentId } from "@crossdock/domain";
import { idOrNull, isShortText, oneOf } from "@crossdock/subgraph-kit";
import type { QueryResolvers, QueryshipmentArgs } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import { listShipments } from "../list-shipments.ts";

/** Longer than any number that a warehouse or a carrier gives. */
const MAX_NAME_CHARACTERS = 100;

export const Query: QueryResolvers = {
  shipment: async (_root, names, context) => {
    const id = await idOfNames(names, context);
    return id === null ? null : context.loaders.shipmentById.load(id);
  },
  shipments: (_root, args, context) => listShipments(args, context),
};

/** Numbers are looked up in the book: the warehouse system finds a shipment by its id only. */
async function idOfNames(
  { id, number, trackingNumber }: QueryshipmentArgs,
  { deps: { shipmentBook } }: Context,
) {
  const { by, value } = oneOf({ id, number, trackingNumber });
  if (!isShortText(value, MAX_NAME_CHARACTERS)) return null;
  switch (by) {
    case "id":
      return idOrNull(parseShipmentId, value);
    case "number":
      return (await shipmentBook.findByNumber(value))?.shipment.id ?? null;
    case "trackingNumber":
      return (await shipmentBook.findByTrackingNumber(value))?.shipment.id ?? null;
  }
}
