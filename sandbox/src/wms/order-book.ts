import type { World } from "../world/world.ts";
import type { Store } from "../kit/store.ts";
import type { OrderRecord } from "./records.ts";
import { FIRST_ORDER_ID, FIRST_SHIPMENT_ID, seedOrders } from "./past-orders.ts";

/** Every order of the account. An order has one shipment: this warehouse does not split. */
export interface OrderBook {
  get(orderId: number): OrderRecord | undefined;
  byShipment(shipmentId: number): OrderRecord | undefined;
  byReference(referenceId: string): OrderRecord | undefined;
  /** Oldest first. */
  values(): Iterable<OrderRecord>;
  put(order: OrderRecord): void;
  /** Numbers for one more order; taken only by `put`. */
  nextIds(): { readonly orderId: number; readonly shipmentId: number };
  /** Orders that answer to a reference, an order number, an id or a tag's value. */
  find(reference: string): OrderRecord[];
}

export function createOrderBook(world: World, store: Store): OrderBook {
  const orders = store.collection<OrderRecord>("orders", seedOrders(world));
  const idOfReference = new Map<string, number>();
  for (const order of orders.values()) idOfReference.set(order.input.reference_id, order.orderId);
  const get = (orderId: number) => orders.get(String(orderId));

  return {
    get,
    byShipment: (shipmentId) => get(shipmentId - FIRST_SHIPMENT_ID + FIRST_ORDER_ID),
    byReference(referenceId) {
      const orderId = idOfReference.get(referenceId);
      return orderId === undefined ? undefined : get(orderId);
    },
    values: () => orders.values(),
    put(order) {
      orders.put(String(order.orderId), order);
      idOfReference.set(order.input.reference_id, order.orderId);
    },
    nextIds: () => ({
      orderId: FIRST_ORDER_ID + orders.size,
      shipmentId: FIRST_SHIPMENT_ID + orders.size,
    }),
    find: (reference) =>
      [...orders.values()].filter((order) => referencesOf(order).includes(reference)),
  };
}

/** Every number or key by which somebody may ask for the order. */
export function referencesOf({ input, orderId }: OrderRecord): string[] {
  const tags = (input.tags ?? [])
    .filter(({ name }) => name === "customer_reference" || name === "order_key")
    .map(({ value }) => value);
  const beforeRelease = input.reference_id.split(":")[0] ?? "";
  const orderNumber = input.order_number ?? input.reference_id;
  return [input.reference_id, orderNumber, beforeRelease, String(orderId), ...tags];
}
