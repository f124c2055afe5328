import type { World } from "../world/world.ts";
import type { Store } from "../kit/store.ts";
import type { OrderRecord } from "./records.ts";
import { FIRST_ORDER_ID, FIRST_SHIPMENT_ID, seedOrders } from "./past-orders.ts";

/**
 * Every shipment of the account. An order has one, and one more for what leaves later: that is a record of its own, which
 * names the order that it was split from.
 */
export interface OrderBook {
  get(orderId: number): OrderRecord | undefined;
  /** By the number of the order: what was split from it has none. */
  order(orderId: number): OrderRecord | undefined;
  byShipment(shipmentId: number): OrderRecord | undefined;
  byReference(referenceId: string): OrderRecord | undefined;
  /** Orders, oldest first: the records that were not split from another. */
  values(): Iterable<OrderRecord>;
  /** Each shipment, oldest first. */
  shipments(): Iterable<OrderRecord>;
  /** The shipments of one order, oldest first. */
  partsOf(order: OrderRecord): readonly OrderRecord[];
  put(order: OrderRecord): void;
  /** Numbers for one more order; taken only by `put`. */
  nextIds(): { readonly orderId: number; readonly shipmentId: number };
  /** Orders that answer to a reference, an order number, an id or a tag's value. */
  find(reference: string): OrderRecord[];
}

export function createOrderBook(world: World, store: Store): OrderBook {
  const orders = store.collection<OrderRecord>("orders", seedOrders(world));
  const idOfReference = new Map<string, number>();
  const splitOff = new Map<number, number[]>();
  const index = ({ orderId, input, splitFrom }: OrderRecord) => {
    if (splitFrom === undefined) {
      idOfReference.set(input.reference_id, orderId);
      return;
    }
    const known = splitOff.get(splitFrom) ?? [];
    if (!known.includes(orderId)) splitOff.set(splitFrom, [...known, orderId]);
  };
  for (const order of orders.values()) index(order);
  const get = (orderId: number) => orders.get(String(orderId));

  return {
    get,
    order(orderId) {
      const found = get(orderId);
      return found?.splitFrom === undefined ? found : undefined;
    },
    byShipment: (shipmentId) => get(shipmentId - FIRST_SHIPMENT_ID + FIRST_ORDER_ID),
    byReference(referenceId) {
      const orderId = idOfReference.get(referenceId);
      return orderId === undefined ? undefined : get(orderId);
    },
    values: () => [...orders.values()].filter(({ splitFrom }) => splitFrom === undefined),
    shipments: () => orders.values(),
    partsOf: ({ orderId, splitFrom }) => {
      const first = splitFrom ?? orderId;
      return [first, ...(splitOff.get(first) ?? [])].flatMap((id) => get(id) ?? []);
    },
    put(order) {
      orders.put(String(order.orderId), order);
      index(order);
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
