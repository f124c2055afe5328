import { parseShipmentId, parseSku, type ShipmentId } from "@crossdock/domain";
import type { ShipmentRecord, TracedGoods } from "@crossdock/processes";
import { idOrNull, isShortText, oneOf, requireViewer } from "@crossdock/subgraph-kit";
import type { QueryResolvers, QueryshipmentArgs } from "../../generated/resolvers.ts";
import { isVisible } from "../access.ts";
import type { Context } from "../context.ts";
import { listShipments } from "../list-shipments.ts";
import { findShippingOptions } from "../shipping-options.ts";
import type { GoodsTraceView } from "../models.ts";

/** Longer than any number that a warehouse or a carrier gives. */
const MAX_NAME_CHARACTERS = 100;

export const Query: QueryResolvers = {
  shipment: async (_root, names, context) => {
    const id = await idOfNames(names, context);
    return id === null ? null : context.loaders.shipmentByGivenId.load(id);
  },
  shipments: (_root, args, context) => listShipments(args, context),
  shippingOptions: (_root, { input }, context) => findShippingOptions(input, context),
  lotTrace: (_root, { sku, lot }, context) =>
    isShortText(lot, MAX_NAME_CHARACTERS) ? trace({ sku: parseSku(sku), lot }, context) : null,
  serialTrace: (_root, { sku, serial }, context) =>
    isShortText(serial, MAX_NAME_CHARACTERS)
      ? trace({ sku: parseSku(sku), serial }, context)
      : null,
};

async function trace(goods: TracedGoods, context: Context): Promise<GoodsTraceView | null> {
  const { shipmentBook } = context.deps;
  const way = await shipmentBook.traceGoods(goods, requireViewer(context).customers);
  return way === null ? null : { goods, way };
}

/** Numbers are looked up in the book: the warehouse system finds a shipment by its id only. */
async function idOfNames({ id, number, trackingNumber }: QueryshipmentArgs, context: Context) {
  const { shipmentBook } = context.deps;
  const { by, value } = oneOf({ id, number, trackingNumber });
  if (!isShortText(value, MAX_NAME_CHARACTERS)) return null;
  switch (by) {
    case "id":
      return idOrNull(parseShipmentId, value);
    case "number":
      return idOfOwn(await shipmentBook.findByNumber(value), context);
    case "trackingNumber":
      return idOfOwn(await shipmentBook.findByTrackingNumber(value), context);
  }
}

/** Of what is known to be somebody else's no more is read than of what is not there. */
function idOfOwn(record: ShipmentRecord | null, { viewer }: Context): ShipmentId | null {
  if (record === null) return null;
  const { shipment, customerNumber } = record;
  return customerNumber === null || isVisible(viewer, customerNumber) ? shipment.id : null;
}
