import { parseCustomerNumber, parseOrderId, parseWarehouseCode } from "@crossdock/domain";
import { MAX_SHIPMENTS_PER_PAGE, type ShipmentQuery, type TracedGoods } from "@crossdock/processes";
import {
  boundedCount,
  connectionOf,
  decodePosition,
  instantPosition,
  parseFirst,
  requireViewer,
} from "@crossdock/subgraph-kit";
import type { QueryshipmentsArgs, ShipmentFilter } from "../generated/resolvers.ts";
import type { Context } from "./context.ts";
import type { ShipmentConnectionView, ShipmentView } from "./models.ts";

/** One page of the book's list, with its documents from the book, or from the warehouse in one call for the page. */
export async function listShipments(
  { filter, first, after }: QueryshipmentsArgs,
  context: Context,
): Promise<ShipmentConnectionView> {
  const page = {
    first: parseFirst(first, MAX_SHIPMENTS_PER_PAGE),
    after: decodePosition(after, instantPosition),
  };
  const conditions = await conditionsOf(filter ?? {}, context);
  if (conditions === null) {
    return connectionOf({ rows: [], hasNextPage: false, after, totalCount: () => 0 });
  }
  const query: ShipmentQuery = {
    ...conditions,
    ...page,
    visibleTo: requireViewer(context).customers,
  };
  return pageOf(query, after, context.loaders.shipmentById, context);
}

/** What carries goods of a lot, or one piece, as the book has it: the warehouse is not asked. */
export async function listCarriers(
  goods: TracedGoods,
  { first, after }: Pick<QueryshipmentsArgs, "first" | "after">,
  context: Context,
): Promise<ShipmentConnectionView> {
  const query: ShipmentQuery = {
    goods,
    first: parseFirst(first, MAX_SHIPMENTS_PER_PAGE),
    after: decodePosition(after, instantPosition),
    visibleTo: requireViewer(context).customers,
  };
  return pageOf(query, after, context.loaders.shipmentInBook, context);
}

async function pageOf(
  query: ShipmentQuery,
  after: QueryshipmentsArgs["after"],
  shipments: Context["loaders"]["shipmentById"],
  { deps: { shipmentBook } }: Context,
): Promise<ShipmentConnectionView> {
  const { rows, hasNextPage } = await shipmentBook.listShipments(query);
  const nodes = await Promise.all(rows.map(({ record }) => shipments.load(record.shipment.id)));
  return connectionOf<ShipmentView>({
    rows: rows.flatMap(({ position }, at) => {
      const node = nodes[at] ?? null;
      return node === null ? [] : [{ node, position }];
    }),
    hasNextPage,
    after,
    totalCount: () => boundedCount((atMost) => shipmentBook.countShipments(query, atMost)),
  });
}

type Conditions = Omit<ShipmentQuery, "visibleTo" | "first" | "after">;

/**
 * @returns `null` when nothing can match: the order is not there, or has no number yet
 * @throws {InvalidValueError} on a value that can be no such thing
 */
async function conditionsOf(
  filter: ShipmentFilter,
  { loaders }: Context,
): Promise<Conditions | null> {
  const { customerId, orderId, status, warehouse, shippedFrom, shippedTo } = filter;
  const order = orderId == null ? undefined : await loaders.orderById.load(parseOrderId(orderId));
  const orderNumber = order === undefined ? undefined : (order?.number ?? null);
  if (orderNumber === null) return null;
  return {
    ...(orderNumber !== undefined && { orderNumber }),
    ...(customerId != null && { customerNumber: parseCustomerNumber(customerId) }),
    ...(status != null && { statuses: status }),
    ...(warehouse != null && { warehouse: parseWarehouseCode(warehouse) }),
    ...(shippedFrom != null && { shippedFrom }),
    ...(shippedTo != null && { shippedTo }),
  };
}
