import { parseShipmentId } from "@crossdock/domain";
import { idOrNull, oneOf } from "@crossdock/subgraph-kit";
import type { QueryResolvers, QueryshipmentArgs } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import { listShipments } from "../list-shipments.ts";

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
  switch (by) {
    case "id":
      return idOrNull(parseShipmentId, value);
    case "number":
      return (await shipmentBook.findByNumber(value))?.shipment.id ?? null;
    case "trackingNumber":
      return (await shipmentBook.findByTrackingNumber(value))?.shipment.id ?? null;
  }
}
