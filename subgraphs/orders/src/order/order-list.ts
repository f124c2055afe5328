import {
  InvalidValueError,
  parseCustomerNumber,
  parseInstant,
  parseSku,
  type CustomerNumber,
  type Viewer,
} from "@crossdock/domain";
import type { OrderQuery, OrderSort } from "@crossdock/processes";
import { connectionOf, decodePosition, parseFirst } from "@crossdock/subgraph-kit";
import { z } from "zod";
import type { OrderFilter } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { OrderConnectionView } from "../models.ts";

export type OrderListArgs = {
  readonly filter?: OrderFilter | null;
  readonly sort?: OrderSort | null;
  readonly first?: number | null;
  readonly after?: string | null;
};

/**
 * One page of the order book as far as the viewer may see it. The ERP is not asked.
 * @param customerNumber narrows to one account, whatever the filter says
 * @throws {InvalidValueError} on a filter, `first` or `after` that makes no sense
 */
export async function listOrders(
  args: OrderListArgs,
  viewer: Viewer,
  { deps, loaders }: Pick<Context, "deps" | "loaders">,
  customerNumber?: CustomerNumber,
): Promise<OrderConnectionView> {
  const sort = args.sort ?? "PLACED_AT_DESC";
  const query: OrderQuery = {
    visibleTo: viewer.customers,
    ...parseFilter(args.filter ?? {}),
    ...(customerNumber === undefined ? {} : { customerNumber }),
    sort,
    first: parseFirst(args.first),
    after: parseAfter(args.after, sort),
  };
  const page = await deps.orderBook.listOrders(query);
  for (const { record } of page.orders) loaders.order.prime(record.id, record);
  return connectionOf({
    rows: page.orders.map(({ record, position }) => ({ node: record, position })),
    hasNextPage: page.hasNextPage,
    after: args.after,
    totalCount: () => deps.orderBook.countOrders(query),
  });
}

function parseFilter(filter: OrderFilter): Partial<OrderQuery> {
  const { customerId, status, placedFrom, placedTo, customerReference, sku } = filter;
  return {
    ...(customerId == null ? {} : { customerNumber: parseCustomerNumber(customerId) }),
    ...(status == null ? {} : { statuses: status }),
    ...(placedFrom == null ? {} : { placedFrom }),
    ...(placedTo == null ? {} : { placedTo }),
    ...(customerReference == null ? {} : { customerReference }),
    ...(sku == null ? {} : { sku: parseSku(sku) }),
  };
}

const position = z.strictObject({ key: z.string(), id: z.string() });

/** A cursor holds a place in one sort: in another one it names no place. */
function parseAfter(after: string | null | undefined, sort: OrderSort): OrderQuery["after"] {
  const decoded = decodePosition(after, position) as OrderQuery["after"];
  if (decoded === null || sort === "NUMBER_ASC" || sort === "NUMBER_DESC") return decoded;
  try {
    return { ...decoded, key: parseInstant(decoded.key) };
  } catch {
    throw new InvalidValueError("after", after, `a cursor of this list in sort ${sort}`);
  }
}
