import type { OrderId } from "@crossdock/domain";
import type { OrderBook, OrderRecord } from "@crossdock/processes";
import type { SubgraphRequest } from "./request.ts";

/**
 * Orders by their ids as this request was shown them already, and the rest from the book. Whether the viewer may see them is not
 * decided here.
 * @param ids 1 to 500, distinct @returns in key order, `null` for an unknown id
 */
export async function readOrdersById(
  ids: readonly OrderId[],
  {
    orderBook,
    shownOrders,
  }: {
    readonly orderBook: Pick<OrderBook, "readOrders">;
    readonly shownOrders: SubgraphRequest["shownOrders"];
  },
): Promise<readonly (OrderRecord | null)[]> {
  const unseen = ids.filter((id) => shownOrders?.has(id) !== true);
  const read = (unseen.length === 0 ? [] : await orderBook.readOrders(unseen)).values();
  return ids.map((id) => shownOrders?.get(id) ?? read.next().value ?? null);
}
