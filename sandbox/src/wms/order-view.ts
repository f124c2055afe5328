import type { World } from "../world/world.ts";
import { ouncesOf, type ShippingDesk } from "./carriers.ts";
import { createCartonView } from "./carton-view.ts";
import {
  WALK,
  type MishapReason,
  type OrderRecord,
  type ShipmentState,
  type WalkState,
} from "./records.ts";

/** The vendor's JSON of an order and of its shipment. */
export interface OrderView {
  order(order: OrderRecord): Record<string, unknown>;
  shipment(order: OrderRecord): Record<string, unknown>;
  /** The shipment's log, oldest first. */
  timeline(order: OrderRecord): Record<string, unknown>[];
}

const CHANNEL_NAME = "Crossdock";
/** The warehouse promises to hand a shipment to the carrier within a day. */
const FULFILLMENT_PROMISE_MS = 86_400_000;
/** The vendor's ids of status details; a label alone is still the warehouse's own work. */
const DETAILS: Readonly<
  Record<Exclude<WalkState, "Processing">, readonly [number, string, string]>
> = {
  Picked: [100, "Picked", "Picking Completed"],
  Packed: [101, "Packed", "Packing Completed"],
  Labeled: [102, "Labeled", "Label Generated"],
  Shipped: [200, "Processing", "Waiting For Carrier Pickup"],
  InTransit: [201, "InTransit", "Shipment In Transit"],
  OutForDelivery: [202, "OutForDelivery", "Shipment Out For Delivery"],
  Delivered: [203, "Delivered", "Shipment Delivered"],
};
const LOG_TYPE_ID: Readonly<Record<ShipmentState, number>> = {
  Processing: 601,
  Picked: 603,
  Packed: 604,
  Labeled: 602,
  Shipped: 605,
  InTransit: 607,
  OutForDelivery: 609,
  Delivered: 608,
  Exception: 610,
  Cancelled: 611,
};

/** @param partsOf the shipments of the order that a record belongs to, oldest first */
export function createOrderView(
  world: World,
  desk: ShippingDesk,
  partsOf: (order: OrderRecord) => readonly OrderRecord[],
): OrderView {
  const siteOf = new Map(world.warehouses.map((site) => [site.wmsLocationId, site]));
  const nameOf = new Map(world.items.map((item) => [item.sku, item.name]));
  const cartons = createCartonView(world, desk);

  const shipment = (order: OrderRecord) => {
    const { input, shipmentId } = order;
    const labeled = hasReached(order, "Labeled");
    const grams = desk.weightGrams(order);
    return {
      id: shipmentId,
      order_id: order.splitFrom ?? order.orderId,
      reference_id: input.reference_id,
      status: shipmentStatus(order.state),
      status_details: statusDetails(order),
      recipient: input.recipient,
      location: { id: order.locationId, name: siteOf.get(order.locationId)?.name ?? null },
      products: productsOf(order, nameOf),
      tracking: labeled ? desk.tracking(order, timeOf(order, "Shipped")) : null,
      parent_cartons: hasReached(order, "Packed") ? cartons(order) : [],
      measurements: { length_in: 0, width_in: 0, depth_in: 0, total_weight_oz: ouncesOf(grams) },
      package_material_type: "Box",
      require_signature: false,
      is_tracking_uploaded: false,
      ship_option: input.shipping_method,
      gift_message: input.gift_message ?? null,
      insurance_value: null,
      invoice_amount: hasReached(order, "Shipped") ? desk.charge(order) : null,
      invoice_currency_code: hasReached(order, "Shipped") ? "USD" : null,
      created_date: order.createdAt,
      estimated_fulfillment_date: new Date(
        Date.parse(order.createdAt) + FULFILLMENT_PROMISE_MS,
      ).toISOString(),
      estimated_fulfillment_date_status: labeled ? "FulfilledOnTime" : "PendingOnTime",
      actual_fulfillment_date: timeOf(order, "Labeled"),
      delivery_date: timeOf(order, "Delivered"),
      last_tracking_update_at: labeled ? order.updatedAt : null,
      last_update_at: order.updatedAt,
    };
  };

  return {
    shipment,
    order: (part) => {
      const parts = partsOf(part);
      const [order = part] = parts;
      return {
        id: order.orderId,
        reference_id: order.input.reference_id,
        order_number: order.input.order_number ?? order.input.reference_id,
        status: orderStatus(parts),
        type: order.input.type,
        channel: { id: order.channelId, name: CHANNEL_NAME },
        shipping_method: order.input.shipping_method,
        shipping_terms: order.input.shipping_terms ?? null,
        recipient: order.input.recipient,
        products: order.input.products.map((product, at) => ({
          id: order.lines[at]?.inventoryId ?? null,
          ...product,
        })),
        tags: order.input.tags ?? [],
        gift_message: order.input.gift_message ?? null,
        retailer_program_data: order.input.retailer_program_data ?? null,
        purchase_date: order.input.purchase_date ?? null,
        created_date: order.createdAt,
        shipments: parts.map(shipment),
      };
    },
    timeline: (order) =>
      order.reached.map(({ state, at }) => ({
        log_type_id: LOG_TYPE_ID[state],
        log_type_name: state,
        log_type_text: `Shipment ${String(order.shipmentId)} is ${state}`,
        metadata: {},
        timestamp: at,
      })),
  };
}

export function hasReached(order: OrderRecord, state: WalkState): boolean {
  return timeOf(order, state) !== null;
}

/** When the order came to the state the last time; an exception may have sent it back before. */
export function timeOf(order: OrderRecord, state: ShipmentState): string | null {
  return order.reached.findLast((step) => step.state === state)?.at ?? null;
}

function orderStatus(parts: readonly OrderRecord[]): string {
  const live = parts.filter(({ state }) => state !== "Cancelled");
  if (live.length === 0) return "Cancelled";
  if (live.some(({ state }) => state === "Exception")) return "Exception";
  const gone = live.filter((part) => hasReached(part, "Shipped"));
  if (gone.length === 0) return "Processing";
  const isWhole =
    gone.length === parts.length && parts.every(({ shorts = [] }) => shorts.length === 0);
  return isWhole ? "Fulfilled" : "PartiallyFulfilled";
}

function shipmentStatus(state: ShipmentState): string {
  if (state === "Exception" || state === "Cancelled") return state;
  if (state === "Labeled") return "LabeledCreated";
  return WALK.indexOf(state) >= WALK.indexOf("Shipped") ? "Completed" : "Processing";
}

/** The vendor has no document of a short pick: the details of its shipment say what is missing, and why. */
const SHORT_DETAILS: Readonly<Record<MishapReason, readonly [number, string, string]>> = {
  SHORT_PICK: [311, "ShortPicked", "not on the shelf"],
  DAMAGED: [312, "Damaged", "damaged"],
  WRONG_LOT: [313, "WrongLot", "of another lot than the label says"],
};

function statusDetails(order: OrderRecord): Record<string, unknown>[] {
  const shorts = (order.shorts ?? []).map(({ reason, sku, inventoryId, quantity }) => {
    const [id, name, words] = SHORT_DETAILS[reason];
    const description = `${String(quantity)} of ${sku} ${words}`;
    return { ...detailOf(id, name, description), inventory_id: inventoryId };
  });
  return [...stateDetails(order), ...shorts];
}

function detailOf(id: number, name: string, description: string) {
  return { id, name, description, inventory_id: null, exception_fulfillment_center_id: null };
}

function stateDetails({ state, shortages, locationId }: OrderRecord): Record<string, unknown>[] {
  if (state === "Exception") {
    return shortages.map(({ sku, inventoryId, missing }) => ({
      id: inventoryId === null ? 304 : 303,
      name: inventoryId === null ? "UnknownSku" : "OutOfStock",
      description:
        inventoryId === null
          ? `No Sku History For ${sku}`
          : `No Stock On Hand For Sku ${sku}, ${String(missing)} missing`,
      inventory_id: inventoryId,
      exception_fulfillment_center_id: locationId,
    }));
  }
  if (state === "Processing" || state === "Cancelled") return [];
  const [id, name, description] = DETAILS[state];
  return [detailOf(id, name, description)];
}

function productsOf(
  order: OrderRecord,
  nameOf: ReadonlyMap<string, string>,
): Record<string, unknown>[] {
  const shipped = hasReached(order, "Shipped");
  return order.lines.map(({ sku, inventoryId, quantity, picks }, at) => {
    const name = nameOf.get(sku) ?? order.input.products[at]?.name ?? sku;
    const unpicked = [{ quantity, lot: null, expiresOn: null, serials: [] }];
    // Nothing of it is in this shipment: it was short, or leaves in another one.
    const isIn = quantity > 0;
    const taken = isIn && picks.length === 0 ? unpicked : picks;
    const committed = order.state !== "Exception" && order.state !== "Cancelled" && !shipped;
    return {
      id: inventoryId,
      reference_id: order.input.products[at]?.reference_id ?? sku,
      name,
      sku,
      inventory_items: taken.map((pick) => ({
        id: inventoryId,
        name,
        quantity: pick.quantity,
        quantity_committed: committed ? pick.quantity : 0,
        lot: pick.lot,
        expiration_date: pick.expiresOn === null ? null : `${pick.expiresOn}T00:00:00Z`,
        serial_numbers: pick.serials,
        is_dangerous_goods: false,
      })),
    };
  });
}
