import { z } from "zod";
import type { World } from "../world/world.ts";
import type { OrderBook } from "./order-book.ts";
import { WALK, type OrderRecord } from "./records.ts";
import type { StockRoom } from "./stock-room.ts";

const stockChange = z.strictObject({
  sku: z.string().min(1),
  warehouse: z.string().min(1),
  onHand: z.int().nonnegative(),
});
const shipmentChange = z.strictObject({ state: z.enum([...WALK, "Cancelled"]) });

type Deps = {
  readonly world: World;
  readonly stock: StockRoom;
  readonly orders: OrderBook;
};

/**
 * The warehouse's data changes behind its own back: no movement, no notification, and no time of change.
 * @returns false when there is no such record, or the change is none
 */
export function tamperWithWms(
  { world, stock, orders }: Deps,
  type: string,
  reference: string,
  change: unknown,
): boolean {
  if (type === "stock") {
    const { data } = stockChange.safeParse(change);
    const item = world.items.find(({ sku }) => sku === data?.sku);
    const site = world.warehouses.find(({ code }) => code === data?.warehouse);
    if (data === undefined || item === undefined || site === undefined) return false;
    stock.recount(item.wmsInventoryId, site.wmsLocationId, data.onHand);
    return true;
  }
  const { data } = shipmentChange.safeParse(change);
  const [order] = orders.find(reference);
  if (type !== "shipment" || data === undefined || order === undefined) return false;
  orders.put(withState(order, data.state));
  return true;
}

/** As if it had walked there at the times that it has. */
function withState(order: OrderRecord, state: OrderRecord["state"]): OrderRecord {
  const upTo = WALK.findIndex((step) => step === state);
  const walked = WALK.slice(0, upTo + 1).map((step) => ({
    state: step,
    at: order.reached.find((each) => each.state === step)?.at ?? order.updatedAt,
  }));
  const reached =
    state === "Cancelled" ? [...order.reached, { state, at: order.updatedAt }] : walked;
  return { ...order, state, reached, next: null };
}
