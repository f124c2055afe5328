import { parseCustomerNumber, parseOrderId, parseWarehouseCode } from "@crossdock/domain";
import { MAX_SHIPMENTS_PER_PAGE, type ShipmentQuery } from "@crossdock/processes";
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
  const { shipmentBook } = context.deps;
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
  const { rows, hasNextPage } = await shipmentBook.listShipments(query);
  const nodes = await Promise.all(
    rows.map(({ record }) => context.loaders.shipmentById.load(record.shipment.id)),
  );
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
