import {
  InvalidValueError,
  parseCustomerNumber,
  parseInstant,
  parseSku,
  type CustomerNumber,
  type OrderId,
  type Viewer,
} from "@crossdock/domain";
import type { OrderQuery, OrderSort } from "@crossdock/processes";
import {
  boundedCount,
  connectionOf,
  decodePosition,
  isShortText,
  parseFirst,
  positionId,
} from "@crossdock/subgraph-kit";
import { z } from "zod";
import type { OrderFilter } from "../../generated/resolvers.ts";
import type { Context } from "../context.ts";
import type { OrderConnectionView } from "../models.ts";

/** Wider than a buyer may write: orders of the ERP's own are looked for as well. */
const MAX_REFERENCE_CHARACTERS = 100;

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
    rows: page.orders.map(({ record, position }) => ({
      node: record,
      position: { ...position, sort },
    })),
    hasNextPage: page.hasNextPage,
    after: args.after,
    totalCount: () => boundedCount((atMost) => deps.orderBook.countOrders(query, atMost)),
  });
}

function parseFilter(filter: OrderFilter): Partial<OrderQuery> {
  const { customerId, status, placedFrom, placedTo, customerReference, sku } = filter;
  return {
    ...(customerId == null ? {} : { customerNumber: parseCustomerNumber(customerId) }),
    ...(status == null ? {} : { statuses: status }),
    ...(placedFrom == null ? {} : { placedFrom }),
    ...(placedTo == null ? {} : { placedTo }),
    ...(customerReference == null ? {} : { customerReference: parseReference(customerReference) }),
    ...(sku == null ? {} : { sku: parseSku(sku) }),
  };
}

/** @throws {InvalidValueError} when it is no text that a purchase order is numbered with */
function parseReference(reference: string): string {
  if (isShortText(reference, MAX_REFERENCE_CHARACTERS)) return reference;
  const expected = `at most ${String(MAX_REFERENCE_CHARACTERS)} characters in one line`;
  throw new InvalidValueError("customerReference", reference, expected);
}

/** A cursor holds a place in one sort: in another one it names no place. */
const positionShape = z.strictObject({
  key: z.string().regex(/^\P{Cc}*$/u),
  id: positionId,
  sort: z.string(),
});

/** @throws {InvalidValueError} when `after` is not a cursor of the list in this sort */
function parseAfter(after: string | null | undefined, sort: OrderSort): OrderQuery["after"] {
  const decoded = decodePosition(after, positionShape);
  if (decoded === null) return null;
  const { key, id } = decoded;
  const isByNumber = sort === "NUMBER_ASC" || sort === "NUMBER_DESC";
  if (decoded.sort !== sort || (!isByNumber && !isInstant(key))) {
    throw new InvalidValueError("after", after, `a cursor of this list in sort ${sort}`);
  }
  return { key, id: id as OrderId };
}

function isInstant(text: string): boolean {
  try {
    return parseInstant(text) === text;
  } catch {
    return false;
  }
}
